package evaluate

import (
	"errors"
	"fmt"

	"mvdan.cc/sh/v3/shell"
)

// ParseCommand splits a command line into a program and its arguments for
// External.Command as a shell would: at blanks, but for those in quotes and behind
// backslashes, with variables as $HOME and ${HOME} replaced by their values. It is an
// error if nothing is left, and if the line needs a shell to run it: for pipes,
// redirections and the like a script is to be written.
func ParseCommand(line string) ([]string, error) {
	words, err := shell.Fields(line, nil)
	if err != nil {
		return nil, fmt.Errorf("evaluate: command %q: %w", line, err)
	}
	if len(words) == 0 || words[0] == "" {
		return nil, errors.New("evaluate: the command is empty")
	}
	return words, nil
}
