package figure

import (
	"image/color"
	"strings"

	"gonum.org/v1/plot/text"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
)

// key names what a figure shows, in rows as wide as the figure has room for.
type key struct {
	style text.Style
	rows  [][]entry
}

// entry is one name with what it looks like.
type entry struct {
	label string
	line  draw.LineStyle  // where its width is positive
	glyph draw.GlyphStyle // where it has a shape
	fill  color.Color     // where not nil: a box
	hatch bool            // the box is hatched
	bare  bool            // a name alone, without what it looks like

	// series is the name of the series that the entry is of, where it is of one:
	// panels name each series once.
	series string
}

const (
	keySwatch vg.Length = 20 // width of a sample
	keySpace  vg.Length = 5  // between sample and name
	keyGap    vg.Length = 14 // between entries
)

// newKey sets entries in rows of the width; no width: one under another. Names
// that are wider are broken.
func newKey(s *Style, entries []entry, width vg.Length) *key {
	k := &key{style: s.letters(s.TickSize, black)}
	k.style.YAlign = draw.YCenter
	left := vg.Length(0)
	for _, e := range entries {
		if width > 0 {
			e.label = wrap(k.style, e.label, width-e.swatch())
		}
		w := k.width(e)
		if len(k.rows) == 0 || width == 0 || left+keyGap+w > width {
			k.rows = append(k.rows, nil)
			left = -keyGap
		}
		last := len(k.rows) - 1
		k.rows[last] = append(k.rows[last], e)
		left += keyGap + w
	}
	return k
}

// size is the room that the key takes.
func (k *key) size() (size vg.Point) {
	for _, row := range k.rows {
		w := -keyGap
		for _, e := range row {
			w += keyGap + k.width(e)
		}
		size.X = max(size.X, w)
		size.Y += k.height(row)
	}
	return size
}

func (k *key) width(e entry) vg.Length { return e.swatch() + k.style.Width(e.label) }

// swatch is the room before the name.
func (e entry) swatch() vg.Length {
	if e.bare {
		return 0
	}
	return keySwatch + keySpace
}

func (k *key) height(row []entry) vg.Length {
	lines := 1
	for _, e := range row {
		lines = max(lines, 1+strings.Count(e.label, "\n"))
	}
	return k.style.Font.Size * (0.4 + 1.15*vg.Length(lines))
}

// draw draws the key from its upper left corner.
func (k *key) draw(c *draw.Canvas, at vg.Point) {
	for _, row := range k.rows {
		h := k.height(row)
		y, x := at.Y-h/2, at.X
		for _, e := range row {
			e.sample(c, x, y)
			c.FillText(k.style, vg.Point{X: x + e.swatch(), Y: y}, e.label)
			x += k.width(e) + keyGap
		}
		at.Y -= h
	}
}

// sample draws what the entry looks like, centred in height on y.
func (e entry) sample(c *draw.Canvas, x, y vg.Length) {
	if e.bare {
		return
	}
	if e.fill != nil {
		box := vg.Rectangle{Min: vg.Point{X: x + 4, Y: y - 4}, Max: vg.Point{X: x + keySwatch - 4, Y: y + 4}}
		c.SetColor(e.fill)
		c.Fill(box.Path())
		if e.hatch {
			hatch(c, box, grey, 3)
		}
	}
	if e.line.Width > 0 {
		c.StrokeLine2(e.line, x, y, x+keySwatch, y)
	}
	c.DrawGlyphNoClip(e.glyph, vg.Point{X: x + keySwatch/2, Y: y})
}

// hatch draws diagonal lines in a box.
func hatch(c *draw.Canvas, box vg.Rectangle, ink color.Color, step vg.Length) {
	w, h := box.Max.X-box.Min.X, box.Max.Y-box.Min.Y
	for d := step / 2; d < w+h; d += step {
		c.StrokeLine2(line(ink, 0.5), box.Min.X+max(0, d-h), box.Min.Y+min(d, h), box.Min.X+min(d, w), box.Min.Y+max(0, d-w))
	}
}

// wrap breaks text into lines of the width at most: between words, and within
// words that are wider, at a hyphen where there is one.
func wrap(style text.Style, s string, width vg.Length) string {
	var lines []string
	for _, part := range strings.Split(s, "\n") {
		current := ""
		for _, word := range strings.Fields(part) {
			if next := strings.TrimSpace(current + " " + word); style.Width(next) <= width {
				current = next
				continue
			}
			if current != "" {
				lines = append(lines, current)
			}
			for current = word; style.Width(current) > width && len([]rune(current)) > 1; {
				letters := []rune(current)
				n := len(letters) - 1
				for n > 1 && style.Width(string(letters[:n])) > width {
					n--
				}
				if hyphen := strings.LastIndexByte(string(letters[:n]), '-'); hyphen > 0 {
					n = len([]rune(string(letters[:n])[:hyphen+1]))
				}
				lines = append(lines, string(letters[:n]))
				current = string(letters[n:])
			}
		}
		lines = append(lines, current)
	}
	return strings.Join(lines, "\n")
}
