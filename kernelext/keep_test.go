package kernelext

import (
	"errors"
	"math"
	"math/big"
	"math/rand"
	"reflect"
	"strings"
	"testing"
	"testing/quick"
	"time"

	"coexplore/nas"
	"coexplore/nas/space"
)

type inner struct {
	Name string `json:"-"` // tags do not count
	List []float64
}

type everything struct {
	B  bool
	I  int64
	U  uint64
	F  float64
	G  float32
	S  string
	P  *inner
	PP **int
	L  []inner
	N  []string
	A  [3]int8
	M  map[string]inner
	K  map[inner2]int
	Y  []byte
	D  time.Duration
	Status
}

type inner2 struct{ X, Y int }

// Status writes itself in JSON in a way that cannot be read back.
type Status int

func (Status) MarshalJSON() ([]byte, error) { return []byte(`"a status"`), nil }
func (Status) MarshalText() ([]byte, error) { return []byte("a status"), nil }

// notebook makes this test look like a cell's program as far as Keep can see.
func notebook(t *testing.T) { t.Setenv("GONB_TMP_DIR", t.TempDir()) }

func TestKeptValuesComeBackWhole(t *testing.T) {
	notebook(t)
	check := func(v everything) bool {
		if err := Keep("v", v, "input", 1); err != nil {
			t.Fatal(err)
		}
		got, err := Recall[everything]("v", "input", 1)
		if err != nil {
			t.Fatal(err)
		}
		return reflect.DeepEqual(got, v)
	}
	if err := quick.Check(check, &quick.Config{MaxCount: 300, Rand: rand.New(rand.NewSource(1))}); err != nil {
		t.Error(err)
	}
	var none *int
	for _, v := range []everything{
		{}, {L: []inner{}, M: map[string]inner{}, N: []string{}}, {U: math.MaxUint64, I: math.MinInt64},
		{F: math.Inf(1), G: float32(math.Inf(-1))}, {F: math.SmallestNonzeroFloat64}, {PP: &none}, {F: math.Copysign(0, -1)},
	} {
		if !check(v) {
			t.Errorf("%+v came back otherwise", v)
		}
	}
}

func TestKeepResult(t *testing.T) {
	notebook(t)
	trials := []nas.Trial{{Status: nas.Trained, Reward: 0.5, Design: nas.Design{Network: "3x8,3x8,3x8", Accuracy: 0.6, Efficiency: 0.4, Throughput: 70}}}
	r := nas.NewResult(&nas.Problem{Space: space.Tiny(), Spec: 60}, &nas.Settings{}, "random", trials)
	if err := Keep("result", r); err != nil {
		t.Fatal(err)
	}
	got, err := Recall[*nas.Result]("result")
	if err != nil {
		t.Fatal(err)
	}
	if !reflect.DeepEqual(got, r) {
		t.Errorf("kept %+v, recalled %+v", r, got)
	}
}

func TestKeepTextValues(t *testing.T) {
	notebook(t)
	now := time.Date(2024, 2, 29, 12, 30, 0, 1, time.UTC)
	if err := Keep("time", now); err != nil {
		t.Fatal(err)
	}
	if got, err := Recall[time.Time]("time"); err != nil || !got.Equal(now) {
		t.Errorf("recalled %v, %v", got, err)
	}
	n, _ := new(big.Int).SetString("123456789012345678901234567890", 10)
	if err := Keep("n", n); err != nil {
		t.Fatal(err)
	}
	if got, err := Recall[*big.Int]("n"); err != nil || got.Cmp(n) != 0 {
		t.Errorf("recalled %v, %v", got, err)
	}
}

func TestKeepRefuses(t *testing.T) {
	notebook(t)
	type loop struct{ Next *loop }
	l := &loop{}
	l.Next = l
	for _, c := range []struct {
		value any
		want  string
	}{
		{struct{ F func() }{func() {}}, "struct { F func() }.F is a func"},
		{struct{ E error }{errors.New("x")}, ".E is a interface"},
		{struct{ hidden int }{1}, ".hidden is unexported and not zero"},
		{map[string]any{"a": 1}, "[a] is a interface"},
		{make(chan int), "is a chan"},
		{1i, "is a complex128"},
		{"\xff", "not UTF-8"},
		{l, "contains itself"},
		{nil, "there is no value"},
	} {
		err := Keep("v", c.value)
		if err == nil || !strings.Contains(err.Error(), c.want) {
			t.Errorf("Keep(%T): error %v, want %q", c.value, err, c.want)
		}
	}
}

func TestRecallRefuses(t *testing.T) {
	notebook(t)
	if _, err := Recall[int]("v"); !errors.Is(err, ErrNotKept) {
		t.Errorf("nothing kept: error %v", err)
	}
	if err := Keep("v", 7, "seed", 3, 0); err != nil {
		t.Fatal(err)
	}
	for _, inputs := range [][]any{{"seed", 4, 0}, {"seed", 3}, {"seed", int64(3), 0}, {}, {"seed3", 0}} {
		if _, err := Recall[int]("v", inputs...); !errors.Is(err, ErrOtherInputs) {
			t.Errorf("inputs %v: error %v", inputs, err)
		}
	}
	if _, err := Recall[string]("v", "seed", 3, 0); err == nil || !strings.Contains(err.Error(), "it is of type int, not string") {
		t.Errorf("another type: error %v", err)
	}
	if got, err := Recall[int]("v", "seed", 3, 0); err != nil || got != 7 {
		t.Errorf("recalled %v, %v", got, err)
	}
	if err := Keep("a/../b c", 1); err != nil {
		t.Fatal(err)
	}
	if got, err := Recall[int]("a/../b c"); err != nil || got != 1 {
		t.Errorf("a name with slashes: %v, %v", got, err)
	}
}

func TestOutsideANotebook(t *testing.T) {
	t.Setenv("GONB_TMP_DIR", "")
	if err := Keep("v", 1); !errors.Is(err, ErrNoNotebook) {
		t.Errorf("Keep: error %v", err)
	}
	if _, err := Recall[int]("v"); !errors.Is(err, ErrNoNotebook) {
		t.Errorf("Recall: error %v", err)
	}
}

func FuzzRecall(f *testing.F) {
	f.Add([]byte(`{"B":true,"L":[]}`))
	f.Fuzz(func(t *testing.T, raw []byte) {
		var v everything
		if decode(raw, reflect.ValueOf(&v).Elem()) != nil {
			return
		}
		again, err := encode(reflect.ValueOf(v))
		if err != nil {
			t.Fatal(err)
		}
		var w everything
		if err := decode(again, reflect.ValueOf(&w).Elem()); err != nil {
			t.Fatalf("cannot read %s: %v", again, err)
		}
	})
}
