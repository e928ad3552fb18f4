"""What the command line can do: one function ``run(args) -> exit code`` a command, named in `web.cli.COMMANDS`."""
