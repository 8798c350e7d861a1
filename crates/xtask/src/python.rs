//! A Python of our own with the pyzmq that `examples/python/requirements.txt` pins, in `target/python`.

use std::fs;
use std::path::{Path, PathBuf};

use crate::Result;
use crate::invocation::{Invocation, root};
use crate::prerequisites::{self, PYTHON, VENV};

const REQUIREMENTS: &str = "examples/python/requirements.txt";

/// An interpreter that can import zmq.
pub struct Python {
    interpreter: PathBuf,
    /// Where pyzmq lies when no virtual environment could be made.
    packages: Option<PathBuf>,
}

impl Python {
    /// Gives a command the variables by which it finds this Python: `FERROMQ_PYTHON`, and `PYTHONPATH` if needed.
    pub fn known_to(&self, command: Invocation) -> Invocation {
        self.with_packages(command.variable("FERROMQ_PYTHON", &self.interpreter))
    }

    pub fn runs(&self, script: &str) -> Invocation {
        self.with_packages(Invocation::new(&self.interpreter, &[script]).variable("PYTHONUNBUFFERED", "1"))
    }

    /// Runs what is one line.
    pub fn evaluates(&self, line: &str) -> Invocation {
        self.with_packages(Invocation::new(&self.interpreter, &["-c", line]))
    }

    fn with_packages(&self, command: Invocation) -> Invocation {
        match &self.packages {
            Some(packages) => command.variable("PYTHONPATH", packages),
            None => command,
        }
    }

    fn imports_zmq(&self) -> bool {
        self.evaluates("import zmq").succeeds()
    }
}

/// Makes sure that Python is there with exactly the required packages; quick when it already is.
pub fn ensure() -> Result<Python> {
    prerequisites::ensure(&[PYTHON])?;
    let home = root().join("target/python");
    let wanted = fs::read_to_string(root().join(REQUIREMENTS))
        .map_err(|error| format!("{REQUIREMENTS} cannot be read: {error}."))?;
    let installed = home.join("installed.txt");
    if fs::read_to_string(&installed).is_ok_and(|installed| installed == wanted)
        && let Some(python) = [in_environment(&home), beside(&home)?].into_iter().find(Python::imports_zmq)
    {
        return Ok(python);
    }

    println!("Installing what {REQUIREMENTS} asks for into target/python.");
    if home.exists() {
        fs::remove_dir_all(&home)
            .map_err(|error| format!("{} cannot be removed: {error}.", home.display()))?;
    }
    let python = make_environment(&home).or_else(|error| {
        println!("{error} Using pip's --target instead of a virtual environment.");
        install_beside(&home)
    })?;
    fs::write(&installed, wanted)
        .map_err(|error| format!("{} cannot be written: {error}.", installed.display()))?;
    Ok(python)
}

fn make_environment(home: &Path) -> Result<Python> {
    prerequisites::ensure(&[VENV])?;
    Invocation::new(system_python()?, &["-m", "venv"]).argument(home).run()?;
    let python = in_environment(home);
    pip(&python.interpreter).run()?;
    imports(python)
}

fn install_beside(home: &Path) -> Result<Python> {
    let python = beside(home)?;
    pip(&python.interpreter).argument("--target").arguments(&python.packages).run().map_err(|error| {
        format!("{error} Python needs its venv module or pip to install pyzmq: install either, then run this again.")
    })?;
    imports(python)
}

fn in_environment(home: &Path) -> Python {
    let interpreter = if cfg!(windows) { "Scripts/python.exe" } else { "bin/python" };
    Python { interpreter: home.join(interpreter), packages: None }
}

fn beside(home: &Path) -> Result<Python> {
    Ok(Python { interpreter: system_python()?.into(), packages: Some(home.join("packages")) })
}

fn pip(interpreter: &Path) -> Invocation {
    Invocation::new(interpreter, &["-m", "pip", "install", "--quiet", "--disable-pip-version-check"])
        .arguments(["--requirement", REQUIREMENTS])
}

fn imports(python: Python) -> Result<Python> {
    if python.imports_zmq() {
        Ok(python)
    } else {
        Err("pyzmq was installed, but cannot be imported.".to_owned())
    }
}

fn system_python() -> Result<&'static str> {
    prerequisites::python().ok_or_else(|| "Python 3.8 or later is needed.".to_owned())
}
