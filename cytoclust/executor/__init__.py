"""Who does the work: every pass over events is a function mapped over samples or over blocks of events.

No result may depend on the executor: functions are pure, and what they return is put together in the order of the
items.
"""

from cytoclust.executor._beside import Beside, Lost
from cytoclust.executor._child import Child
from cytoclust.executor._executor import Executor
from cytoclust.executor._open_executor import is_elsewhere, open_executor
from cytoclust.executor._threads import Threads
from cytoclust.executor._told import Told
from cytoclust.executor._traffic import Traffic

__all__ = ["Beside", "Child", "Executor", "Lost", "Threads", "Told", "Traffic", "is_elsewhere", "open_executor"]
