"""The tests of crmrules; folders mirror those of src/crmrules."""
