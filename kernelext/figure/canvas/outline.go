package canvas

import (
	"image/color"
	"math"
	"strings"

	"golang.org/x/image/font"
	"golang.org/x/image/font/sfnt"
	"golang.org/x/image/math/fixed"
	gonumfont "gonum.org/v1/plot/font"
	"gonum.org/v1/plot/vg"
)

// bytes3 are the parts of a colour without what it lets through.
func bytes3(c color.Color) (red, green, blue int) {
	v := color.NRGBAModel.Convert(c).(color.NRGBA)
	return int(v.R), int(v.G), int(v.B)
}

// opaque is a colour as it looks on the ground, for formats whose colours let nothing
// through.
func (r *Canvas) opaque(c color.Color) color.Color {
	red, green, blue := bytes3(c)
	_, _, _, alpha := c.RGBA()
	ground, share := color.RGBAModel.Convert(r.ground).(color.RGBA), float64(alpha)/0xffff
	mix := func(a int, b uint8) uint8 { return uint8(math.Round(share*float64(a) + (1-share)*float64(b))) }
	return color.RGBA{mix(red, ground.R), mix(green, ground.G), mix(blue, ground.B), 0xff}
}

// missing are the letters of a text that the font has no picture of.
func missing(f gonumfont.Face, s string) string {
	var b sfnt.Buffer
	var none strings.Builder
	for _, r := range s {
		if i, err := f.Face.GlyphIndex(&b, r); (err != nil || i == 0) && !strings.ContainsRune(none.String(), r) {
			none.WriteRune(r)
		}
	}
	return none.String()
}

// outline is the text as a path, its baseline beginning at the origin.
func outline(f gonumfont.Face, s string) (vg.Path, error) {
	var p vg.Path
	var b sfnt.Buffer
	size := fixed.Int26_6(float64(f.Font.Size) * 64)
	left := vg.Length(0)
	for _, r := range s {
		i, err := f.Face.GlyphIndex(&b, r)
		if err != nil {
			return nil, err
		}
		segments, err := f.Face.LoadGlyph(&b, i, size, nil)
		if err != nil {
			return nil, err
		}
		at := func(q fixed.Point26_6) vg.Point {
			return vg.Point{X: left + vg.Length(q.X)/64, Y: -vg.Length(q.Y) / 64}
		}
		for n, g := range segments {
			switch g.Op {
			case sfnt.SegmentOpMoveTo:
				if n > 0 {
					p.Close()
				}
				p.Move(at(g.Args[0]))
			case sfnt.SegmentOpLineTo:
				p.Line(at(g.Args[0]))
			case sfnt.SegmentOpQuadTo:
				p.QuadTo(at(g.Args[0]), at(g.Args[1]))
			case sfnt.SegmentOpCubeTo:
				p.CubeTo(at(g.Args[0]), at(g.Args[1]), at(g.Args[2]))
			}
		}
		if len(segments) > 0 {
			p.Close()
		}
		advance, err := f.Face.GlyphAdvance(&b, i, size, font.HintingNone)
		if err != nil {
			return nil, err
		}
		left += vg.Length(advance) / 64
	}
	return p, nil
}
