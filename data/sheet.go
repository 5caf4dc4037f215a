package data

import (
	"image"
	"image/color"
)

// ContactSheet tiles pictures of a set for the eye: a row for each class, in the
// order of s.Classes, with its first columns training images (test images, if the
// set has no training images), each pixel drawn as scale x scale. Images of three
// channels are shown in colour, others by their first channel in grey. Places
// with no image stay blank. It panics if columns or scale is not positive.
func ContactSheet(s *Set, columns, scale int) *image.RGBA {
	if columns < 1 || scale < 1 {
		panic("data: a contact sheet needs at least one column and a scale of at least 1")
	}
	m := s.Train
	if m.Len() == 0 {
		m = s.Test
	}
	if m == nil {
		m = &Images{}
	}
	const gap = 2 // pixels of the sheet between images
	stepX, stepY := m.Width*scale+gap, m.Height*scale+gap
	sheet := image.NewRGBA(image.Rect(0, 0, columns*stepX+gap, len(s.Classes)*stepY+gap))
	for i := range sheet.Pix {
		sheet.Pix[i] = 0xff
	}
	shown := make([]int, len(s.Classes))
	for n, label := range m.Labels {
		row := int(label)
		if row >= len(shown) || shown[row] == columns {
			continue
		}
		m.paint(sheet, n, gap+shown[row]*stepX, gap+row*stepY, scale)
		shown[row]++
	}
	return sheet
}

// Picture is image n, of one pixel each, in grey or colour.
func (m *Images) Picture(n int) *image.RGBA {
	picture := image.NewRGBA(image.Rect(0, 0, m.Width, m.Height))
	m.paint(picture, n, 0, 0, 1)
	return picture
}

// paint draws image n with its upper left corner at (left, top).
func (m *Images) paint(dst *image.RGBA, n, left, top, scale int) {
	p, plane := m.At(n), m.Width*m.Height
	green, blue := 0, 0
	if m.Channels == 3 {
		green, blue = plane, 2*plane
	}
	for y := range m.Height * scale {
		for x := range m.Width * scale {
			at := y/scale*m.Width + x/scale
			dst.SetRGBA(left+x, top+y, color.RGBA{p[at], p[green+at], p[blue+at], 0xff})
		}
	}
}
