//! Installing what a fresh Debian or Ubuntu lacks.

use std::process::Command;

use crate::failure::Failure;
use crate::shell;

/// Installs Debian packages, as root or through sudo. `purpose` completes the sentence "needed for ..".
pub(crate) fn install(packages: &[&str], purpose: &str) -> Result<(), Failure> {
    let wanted = packages.join(" ");
    let by_hand =
        format!("{wanted} (Debian and Ubuntu names) needed for {purpose}: install by hand, then run the command again");
    if shell::probe("apt-get", &["--version"]).is_none() {
        return Err(Failure::new(by_hand));
    }
    shell::step(format!("installing {wanted}: needed for {purpose}"));
    let mut install = vec!["install", "--yes", "--no-install-recommends", "--quiet=2", "-o", "Dpkg::Use-Pty=0"];
    install.extend(packages);
    for arguments in [&["update", "--quiet=2"][..], &install] {
        let mut command = as_root("apt-get")?;
        command.args(arguments);
        shell::quietly(&mut command).map_err(|failure| Failure::new(format!("{failure}\n{by_hand}")))?;
    }
    Ok(())
}

/// A command with root's rights: as it stands when we are root, through sudo otherwise.
fn as_root(program: &str) -> Result<Command, Failure> {
    if is_root()? {
        let mut command = Command::new(program);
        command.env("DEBIAN_FRONTEND", "noninteractive");
        return Ok(command);
    }
    let mut command = Command::new("sudo");
    command.args(["DEBIAN_FRONTEND=noninteractive", program]); // asks for its password on the terminal, if there is one
    Ok(command)
}

/// Whether we run as root.
pub(crate) fn is_root() -> Result<bool, Failure> {
    let user = shell::probe("id", &["-u"]).ok_or_else(|| Failure::new("`id -u` does not answer"))?;
    Ok(user == "0")
}
