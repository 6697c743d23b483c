"""``python -m crmrules`` is the command line."""

from crmrules.cli import main

raise SystemExit(main())
