"""Makes the compiled twin of `hotline.understanding` for this interpreter (half a minute).

    python tools/compile.py

Without a C compiler or Python's headers it says so and exits with 0: everything runs, only slower.
With them, what mypyc cannot compile is a fault of ours: it exits with 1 and the reason.
"""

import fcntl
import io
import os
import shutil
import sys
import sysconfig
import tempfile
from concurrent.futures import ThreadPoolExecutor
from contextlib import redirect_stdout
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))
os.environ["HOTLINE_COMPILED"] = "0"  # what is compiled is not imported

from hotline import compiled  # noqa: E402


def missing() -> str:
    """What is not here that a compilation needs, "" if nothing."""
    compiler = (sysconfig.get_config_var("CC") or "cc").split()[0]
    if shutil.which(compiler) is None:
        return f"no C compiler ({compiler})"
    headers = Path(sysconfig.get_path("include"), "Python.h")
    return "" if headers.exists() else f"no {headers}"


def build(folder: Path) -> Path:
    """The twin, in a folder of its own inside `folder`."""
    from mypyc.build import mypycify  # here: seconds to import, and mostly the twin is there
    from setuptools import Distribution, Extension
    from setuptools.command.build_ext import build_ext

    class OnEveryCore(build_ext):
        """Compiles the sources of a library side by side; setuptools takes one after the other."""

        def build_extension(self, ext: Extension) -> None:
            def compile_one(source: str) -> list[str]:
                made: list[str] = self.compiler.compile(
                    [source],
                    output_dir=self.build_temp,
                    include_dirs=ext.include_dirs,
                    extra_postargs=ext.extra_compile_args,
                )
                return made

            with ThreadPoolExecutor(os.cpu_count()) as pool:
                objects = [one for made in pool.map(compile_one, ext.sources) for one in made]
            self.compiler.link_shared_object(
                objects,
                self.get_ext_fullpath(ext.name),
                extra_postargs=[*ext.extra_link_args, "-s"],  # without symbols: half the size
                target_lang="c",
            )

    sources = Path("hotline", compiled.COMPILED).glob("*.py")
    modules = sorted(str(path) for path in sources if path.name != "__init__.py")
    extensions = mypycify(
        ["--config-file=", f"--cache-dir={folder / 'types'}", *modules],
        opt_level="1",  # 2 and 3 gain nothing and take twice as long
        debug_level="0",
        multi_file=True,
        group_name=compiled.LIBRARY,
        target_dir=str(folder / "c"),
    )
    for extension in extensions:  # a warning of some other compiler is no fault
        flags = extension.extra_compile_args
        extension.extra_compile_args = [flag for flag in flags if flag != "-Werror"]
    command = OnEveryCore(Distribution({"name": "hotline", "ext_modules": extensions}))
    command.build_lib, command.build_temp = str(folder / "made"), str(folder / "objects")
    command.ensure_finalized()
    command.run()
    return _arranged(folder / "made", folder / "twin")


def _arranged(made: Path, twin: Path) -> Path:
    """As `hotline.compiled` looks for them: the modules, and the library they are doors to."""
    (twin / "library").mkdir(parents=True)
    (made / "hotline" / compiled.COMPILED).rename(twin / compiled.COMPILED)
    for library in made.glob(f"{compiled.LIBRARY}__mypyc*"):
        library.rename(twin / "library" / library.name)
    return twin


def main() -> int:
    """Make the twin unless it is there."""
    home = compiled.home()
    if home.is_dir():
        return 0
    if why := missing():
        print(f"{why}: understanding a message takes half as long again as it could")
        return 0
    with home.parent.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # whoever comes second waits and finds it made
        if not home.is_dir():
            make(home)
    return 0


def make(home: Path) -> None:
    """Make the twin; those of other sources go."""
    print("compiling what understands messages: half a minute, once", flush=True)
    os.chdir(ROOT)
    shutil.rmtree(home.parent, ignore_errors=True)
    home.parent.mkdir()
    told = io.StringIO()  # of what is only slow; it is read where something fails
    try:
        with tempfile.TemporaryDirectory(dir=home.parent) as folder, redirect_stdout(told):
            build(Path(folder)).rename(home)
    except BaseException:
        print(told.getvalue(), file=sys.stderr)
        raise


if __name__ == "__main__":
    sys.exit(main())
