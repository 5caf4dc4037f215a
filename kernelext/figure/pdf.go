package figure

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
func (r *recording) pdf(title string) ([]byte, error) {
	doc := fpdf.NewCustom(&fpdf.InitType{UnitStr: "pt", Size: fpdf.SizeType{Wd: float64(r.width), Ht: float64(r.height)}})
	doc.SetCatalogSort(true) // the same figure is the same file
	doc.SetCreationDate(time.Unix(0, 0).UTC())
	doc.SetModificationDate(time.Unix(0, 0).UTC())
	doc.SetTitle(title, true)
	doc.SetMargins(0, 0, 0)
	doc.SetAutoPageBreak(false, 0)
	doc.AddPage()
	fonts, opacity := map[string]bool{}, 1.0
	at := func(p vg.Point) (x, y float64) { return float64(p.X), float64(r.height - p.Y) }
	pictures := 0
	for _, m := range r.marks {
		if m.fill != nil {
			red, green, blue := bytes3(m.fill)
			doc.SetFillColor(red, green, blue)
			doc.SetTextColor(red, green, blue)
		}
		solid := 1.0
		if m.fill != nil {
			_, _, _, alpha := m.fill.RGBA()
			solid = float64(alpha) / 0xffff
		}
		if solid != opacity {
			doc.SetAlpha(solid, "Normal")
			opacity = solid
		}
		if m.stroke != nil {
			doc.SetDrawColor(bytes3(m.stroke))
			doc.SetLineWidth(float64(m.width))
			dashes := make([]float64, len(m.dashes))
			for k, d := range m.dashes {
				dashes[k] = float64(d)
			}
			doc.SetDashPattern(dashes, 0)
		}
		switch {
		case m.image != nil:
			if err := pdfPicture(doc, &m, pictures); err != nil {
				return nil, err
			}
			pictures++
		case m.text != "":
			name := m.face.Name()
			if !fonts[name] {
				var b bytes.Buffer
				if _, err := m.face.Face.WriteSourceTo(nil, &b); err != nil {
					return nil, fmt.Errorf("figure: pdf: %w", err)
				}
				doc.AddUTF8FontFromBytes(name, "", b.Bytes())
				fonts[name] = true
			}
			doc.SetFont(name, "", float64(m.face.Font.Size))
			x, y := at(m.at)
			if m.angle != 0 {
				doc.TransformBegin()
				doc.TransformRotate(m.angle*180/math.Pi, x, y)
			}
			doc.Text(x, y, m.text)
			if m.angle != 0 {
				doc.TransformEnd()
			}
		default:
			for _, c := range cubic(m.path) {
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
			if m.stroke != nil {
				how = map[bool]string{true: "FD", false: "D"}[m.fill != nil]
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
func pdfPicture(doc *fpdf.Fpdf, m *mark, n int) error {
	b := m.image.Bounds()
	wider := image.NewRGBA(image.Rect(0, 0, b.Dx()+n, b.Dy()))
	draw.Draw(wider, wider.Bounds(), m.image, b.Min, draw.Src)
	var raw bytes.Buffer
	if err := png.Encode(&raw, wider); err != nil {
		return fmt.Errorf("figure: pdf: %w", err)
	}
	name, opts := fmt.Sprint("picture", n), fpdf.ImageOptions{ImageType: "png"}
	doc.RegisterImageOptionsReader(name, opts, &raw)
	_, page := doc.GetPageSize()
	x, y, w, h := float64(m.box.Min.X), page-float64(m.box.Max.Y), float64(m.box.Size().X), float64(m.box.Size().Y)
	doc.ClipRect(x, y, w, h, false)
	doc.ImageOptions(name, x, y, w*float64(b.Dx()+n)/float64(b.Dx()), h, false, opts, 0, "")
	doc.ClipEnd()
	return nil
}
