"""`pcapkit completion`: scripts that let a shell complete pcapkit's subcommands and options, and the manual page."""

import argparse

DESCRIPTION = "Prints a script that lets a shell complete subcommands, options and their values; or the manual page."

EPILOG = """\
examples:
  source <(pcapkit completion bash)                                     in ~/.bashrc
  pcapkit completion zsh > ~/.zfunc/_pcapkit                            with ~/.zfunc in $fpath
  pcapkit completion fish > ~/.config/fish/completions/pcapkit.fish
  pcapkit completion man | man -l -                                     the manual page"""


def add_options(parser: argparse.ArgumentParser) -> None:
    """Declare the options of the subcommand."""
    parser.add_argument("shell", choices=("bash", "zsh", "fish", "man"), help="for which shell; man: the manual page")


def run(options: argparse.Namespace) -> int:
    """Carry out `pcapkit completion`; returns the exit code."""
    from pcapkit.cli.shell.commands import commands

    known = commands()
    if options.shell == "bash":
        from pcapkit.cli.shell.bash import bash as lines
    elif options.shell == "zsh":
        from pcapkit.cli.shell.zsh import zsh as lines
    elif options.shell == "fish":
        from pcapkit.cli.shell.fish import fish as lines
    else:
        from pcapkit.cli.shell.manual import manual
        from pcapkit.version import VERSION

        print("\n".join(manual(known, VERSION)))
        return 0
    print("\n".join(lines(known)))
    return 0
