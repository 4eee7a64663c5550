"""Every error that a person can do something about: a code and typed values, never a sentence.

`vizcore.i18n.sentences` turns code and values into one sentence in the reader's language; the command line prints both.
A mistake of ours is a `ValueError("expected X, got Y")` instead. One file for each area; a class added there is here.
"""

from vizcore.errors.access import *
from vizcore.errors.base import Value as Value
from vizcore.errors.base import VizError as VizError
from vizcore.errors.by_hand import *
from vizcore.errors.cluster import *
from vizcore.errors.detection import *
from vizcore.errors.engine import *
from vizcore.errors.generation import *
from vizcore.errors.learning import *
from vizcore.errors.lectures import *
from vizcore.errors.models import *
from vizcore.errors.pictures import *
from vizcore.errors.runtimes import *
from vizcore.errors.scores import *
from vizcore.errors.segmentation import *
from vizcore.errors.tracking import *
