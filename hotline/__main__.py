"""`python -m hotline`: the same as the command `hotline`."""

import sys

from hotline.cli import main

sys.exit(main())
