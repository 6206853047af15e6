"""`python -m bench.start_of_content`: how much longer a start takes with every lesson than with four, and the memory.

Each figure is the best of seven processes of their own, which put the app together and read the content as the server
does: what else the machine does only ever adds. The limit, 1.5 s more, is held against the CPU of a start, which is its
time on a machine that does nothing else. Where it is missed, what was compiled would have to be kept on disk.
"""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from lessons import catalogue as lesson_catalogue
from practices import catalogue as practice_catalogue
from quizzes import catalogue

FOUR = ("passwords", "privacy-settings", "block-report", "online-friends")  # of Years 3 and 4
LIMIT_S = 1.5
TIMES = 7
_ROOT = Path(__file__).resolve().parent.parent
_ONE_START = """
import json, resource, sys, time
began = time.perf_counter()
from pathlib import Path
from app import create_app
from settings import Settings
app = create_app(Settings(environment="bench", instance=Path(sys.argv[4]), secret="x" * 40))
from quizzes import catalogue
lessons, quizzes, practices = map(Path, sys.argv[1:4])
cpu = time.process_time()
found = catalogue.load(quizzes, lessons, practices)
now, used = time.perf_counter(), time.process_time() - cpu
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
print(json.dumps({"start_s": now - began, "content_cpu_s": used, "start_cpu_s": cpu + used, "memory_mb": peak,
    "lessons": len(found.quizzes)}))
"""

Folders = tuple[Path, Path, Path]  # of lessons, quizzes and practices
SHIPPED: Folders = (lesson_catalogue.CONTENT, catalogue.CONTENT, practice_catalogue.CONTENT)


def only_four(folders: Folders, where: Path) -> Folders:
    """The registers and four lessons of these folders, copied."""
    made = []
    for room, folder, ending in zip(("lessons", "quizzes", "practices"), folders, ("md", "yaml", "yaml"), strict=True):
        target = where / room
        target.mkdir()
        for register in folder.glob("*.yaml"):
            shutil.copy(register, target)
        for topic in FOUR:
            (target / topic).mkdir()
            shutil.copy(folder / topic / f"y3-4.{ending}", target / topic)
        made.append(target)
    return made[0], made[1], made[2]


def start(folders: Folders, instance: Path, times: int = TIMES) -> dict[str, float]:
    """The least of each over so many processes."""
    runs = []
    for _ in range(times):
        asked = [sys.executable, "-c", _ONE_START, *map(str, folders), str(instance)]
        done = subprocess.run(asked, cwd=_ROOT, capture_output=True, text=True, check=True, timeout=300)
        runs.append(json.loads(done.stdout))
    return {key: round(min(run[key] for run in runs), 3) for key in runs[0]}


def compare(folders: Folders = SHIPPED, times: int = TIMES) -> tuple[dict[str, float], dict[str, float]]:
    """With four lessons, and with all."""
    with tempfile.TemporaryDirectory(prefix="harbour-start-") as scratch:
        where = Path(scratch)
        four = start(only_four(folders, where), where / "instance", times)
        return four, start(folders, where / "instance", times)


def main(arguments: Sequence[str]) -> int:
    folders = tuple(Path(argument).resolve() for argument in arguments) or SHIPPED
    if len(folders) != 3:
        raise SystemExit("Give no folder, or those of lessons, quizzes and practices.")
    four, all_of_them = compare(folders)
    for told in (four, all_of_them):
        of_it = f"{told['start_cpu_s']:.2f} s of CPU, {told['content_cpu_s']:.2f} s of them for the content"
        print(f"{told['lessons']:2.0f} lessons: ready in {told['start_s']:.2f} s, {of_it}, {told['memory_mb']:.0f} MB")
    more = all_of_them["start_cpu_s"] - four["start_cpu_s"]
    print(f"{more:.2f} s of CPU more; the limit is {LIMIT_S} s.")
    return 0 if more <= LIMIT_S else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
