//! Parse arguments, call, print errors.

fn main() -> std::process::ExitCode {
    std::process::ExitCode::SUCCESS
}
