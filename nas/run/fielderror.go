package run

import "fmt"

// A FieldError says which field of a Config, or of Resources, cannot be as it is.
type FieldError struct {
	Field string // the name in Go, as FPS or Images.Train; Parameters.beta of a method's
	Wrong string // what is wrong, after the field's name; empty: Err says it all
	Err   error  // nil where Wrong says it
}

// Error implements error.
func (e *FieldError) Error() string {
	if e.Err != nil {
		return fmt.Sprintf("run: %s: %v", e.Field, e.Err)
	}
	return fmt.Sprintf("run: %s %s", e.Field, e.Wrong)
}

// Unwrap is the error that was found out about the field, if there is one.
func (e *FieldError) Unwrap() error { return e.Err }

// wrong is a FieldError that says what is wrong with a field.
func wrong(field, format string, args ...any) error {
	return &FieldError{Field: field, Wrong: fmt.Sprintf(format, args...)}
}
