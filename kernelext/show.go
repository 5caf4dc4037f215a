package kernelext

import (
	"fmt"
	"os"

	"github.com/janpfeifer/gonb/gonbui"
	"github.com/janpfeifer/gonb/gonbui/protocol"

	"coexplore/kernelext/figure"
)

// Show displays figures inline, as SVG of the default size, and waits until the
// kernel has them. A builder's figure goes in directly, and a figure that could
// not be made is the error that is returned:
//
//	kernelext.Show(figure.Reward(result.Trials))
//
// An error is also printed, since cells seldom look at one.
func Show(figures ...*figure.Figure) error {
	var err error
	if len(figures) == 0 {
		err = fmt.Errorf("kernelext: no figure to show")
	}
	for _, f := range figures {
		if err == nil {
			err = show("", f)
		}
	}
	if err == nil {
		err = sync()
	}
	if err != nil && gonbui.IsNotebook {
		fmt.Fprintln(os.Stderr, err)
	}
	return err
}

// show sends a figure, in place of the display of that id if it is not empty.
func show(id string, f *figure.Figure) error {
	if f == nil {
		return fmt.Errorf("kernelext: no figure to show")
	}
	if err := f.Err(); err != nil {
		return err
	}
	if !gonbui.IsNotebook {
		return ErrNoNotebook
	}
	svg, err := figure.Encode(f, figure.Default, "svg")
	if err != nil {
		return err
	}
	return send(id, map[protocol.MIMEType]any{
		protocol.MIMEImageSVG:  string(svg),
		protocol.MIMETextPlain: "figure: " + f.Name(),
	})
}
