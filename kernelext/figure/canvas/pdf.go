package canvas

import (
	"bytes"
	"fmt"
	"image"
	"image/draw"
	"image/png"
	"math"
	"time"

	"codeberg.org/go-pdf/fpdf"
	"gonum.org/v1/plot/vg"
)

// pdf writes the marks as PDF, with the letters that are used embedded and their
// meaning in Unicode: text can be searched and copied. (gonum's own PDF canvas
// writes one byte a letter, and so β as Î².)
func (r *Canvas) pdf(title string) ([]byte, error) {
	doc := fpdf.NewCustom(&fpdf.InitType{UnitStr: "pt", Size: fpdf.SizeType{Wd: float64(r.Width), Ht: float64(r.Height)}})
	doc.SetCatalogSort(true) // the same figure is the same file
	doc.SetCreationDate(time.Unix(0, 0).UTC())
	doc.SetModificationDate(time.Unix(0, 0).UTC())
	doc.SetTitle(title, true)
	doc.SetMargins(0, 0, 0)
	doc.SetAutoPageBreak(false, 0)
	doc.AddPage()
	fonts, opacity := map[string]bool{}, 1.0
	at := func(p vg.Point) (x, y float64) { return float64(p.X), float64(r.Height - p.Y) }
	pictures := 0
	for _, m := range r.Marks {
		if m.Fill != nil {
			red, green, blue := bytes3(m.Fill)
			doc.SetFillColor(red, green, blue)
			doc.SetTextColor(red, green, blue)
		}
		solid := 1.0
		if m.Fill != nil {
			_, _, _, alpha := m.Fill.RGBA()
			solid = float64(alpha) / 0xffff
		}
		if solid != opacity {
			doc.SetAlpha(solid, "Normal")
			opacity = solid
		}
		if m.Stroke != nil {
			doc.SetDrawColor(bytes3(m.Stroke))
			doc.SetLineWidth(float64(m.Width))
			dashes := make([]float64, len(m.Dashes))
			for k, d := range m.Dashes {
				dashes[k] = float64(d)
			}
			doc.SetDashPattern(dashes, 0)
		}
		switch {
		case m.Image != nil:
			if err := pdfPicture(doc, &m, pictures); err != nil {
				return nil, err
			}
			pictures++
		case m.Text != "":
			name := m.Face.Name()
			if !fonts[name] {
				var b bytes.Buffer
				if _, err := m.Face.Face.WriteSourceTo(nil, &b); err != nil {
					return nil, fmt.Errorf("figure: pdf: %w", err)
				}
				doc.AddUTF8FontFromBytes(name, "", b.Bytes())
				fonts[name] = true
			}
			doc.SetFont(name, "", float64(m.Face.Font.Size))
			x, y := at(m.At)
			if m.Angle != 0 {
				doc.TransformBegin()
				doc.TransformRotate(m.Angle*180/math.Pi, x, y)
			}
			doc.Text(x, y, m.Text)
			if m.Angle != 0 {
				doc.TransformEnd()
			}
		default:
			for _, c := range cubic(m.Path) {
				x, y := at(c.Pos)
				switch c.Type {
				case vg.MoveComp:
					doc.MoveTo(x, y)
				case vg.LineComp:
					doc.LineTo(x, y)
				case vg.CurveComp:
					x1, y1 := at(c.Control[0])
					x2, y2 := at(c.Control[1])
					doc.CurveBezierCubicTo(x1, y1, x2, y2, x, y)
				case vg.CloseComp:
					doc.ClosePath()
				}
			}
			how := "F"
			if m.Stroke != nil {
				how = map[bool]string{true: "FD", false: "D"}[m.Fill != nil]
			}
			doc.DrawPath(how)
		}
	}
	var b bytes.Buffer
	if err := doc.Output(&b); err != nil {
		return nil, fmt.Errorf("figure: pdf: %w", err)
	}
	return b.Bytes(), nil
}

// pdfPicture draws the n-th picture of the page. fpdf writes pictures by their width, and
// those of equal width in any order: so that the same figure is the same file, each gets
// as many more columns as there were pictures before it, beyond what is shown.
func pdfPicture(doc *fpdf.Fpdf, m *Mark, n int) error {
	b := m.Image.Bounds()
	wider := image.NewRGBA(image.Rect(0, 0, b.Dx()+n, b.Dy()))
	draw.Draw(wider, wider.Bounds(), m.Image, b.Min, draw.Src)
	var raw bytes.Buffer
	if err := png.Encode(&raw, wider); err != nil {
		return fmt.Errorf("figure: pdf: %w", err)
	}
	name, opts := fmt.Sprint("picture", n), fpdf.ImageOptions{ImageType: "png"}
	doc.RegisterImageOptionsReader(name, opts, &raw)
	_, page := doc.GetPageSize()
	x, y, w, h := float64(m.Box.Min.X), page-float64(m.Box.Max.Y), float64(m.Box.Size().X), float64(m.Box.Size().Y)
	doc.ClipRect(x, y, w, h, false)
	doc.ImageOptions(name, x, y, w*float64(b.Dx()+n)/float64(b.Dx()), h, false, opts, 0, "")
	doc.ClipEnd()
	return nil
}
