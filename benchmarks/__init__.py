"""How fast crmrules is, beside hand-written code and other libraries; run with ``./dev bench``. Never collected by pytest."""
