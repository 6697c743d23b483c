"""How fast crmrules is, beside hand-written code and other libraries: ``./dev bench``."""
