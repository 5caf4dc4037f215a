package kernelext

import (
	"fmt"
	"os"

	"github.com/janpfeifer/gonb/gonbui"
	"github.com/janpfeifer/gonb/gonbui/protocol"
	"gonum.org/v1/plot"

	"coexplore/kernelext/figure"
)

// Show displays a figure inline, as SVG of the usual size, and waits until the
// kernel has it. A builder's error can be passed along, so that a builder's
// results go in directly:
//
//	kernelext.Show(figure.Reward(result.Trials))
//
// An error is also printed, since cells seldom look at one.
func Show(p *plot.Plot, errs ...error) error {
	err := show("", p, errs...)
	if err == nil {
		err = sync()
	}
	if err != nil && gonbui.IsNotebook {
		fmt.Fprintln(os.Stderr, err)
	}
	return err
}

// show sends a figure, in place of the display of that id if it is not empty.
func show(id string, p *plot.Plot, errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	if p == nil {
		return fmt.Errorf("kernelext: no figure to show")
	}
	if !gonbui.IsNotebook {
		return ErrNoNotebook
	}
	svg, err := figure.Encode(p, figure.Width, figure.Height, "svg")
	if err != nil {
		return err
	}
	name := p.Title.Text
	if name == "" {
		name = p.Y.Label.Text
	}
	return send(id, map[protocol.MIMEType]any{
		protocol.MIMEImageSVG:  string(svg),
		protocol.MIMETextPlain: "figure: " + name,
	})
}
