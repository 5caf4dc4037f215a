package kernelext

import (
	"bytes"
	"errors"
	"fmt"
	"math"
	"math/big"
	"math/rand/v2"
	"os"
	"reflect"
	"strings"
	"testing"
	"time"

	"coexplore/nas"
	"coexplore/nas/space"
)

type inner struct {
	Name string `json:"-"` // tags do not count
	List []float64
}

type everything struct {
	B bool
	I int64
	V []int32
	W [][]float32
	X []point
	C complex128
	U uint64
	F float64
	G float32
	S string
	P *inner
	L []inner
	N []string
	A [3]int8
	M map[string]inner
	K map[point]int
	Y []byte
	D time.Duration
	Status
	T time.Time
	Z *big.Int
}

type point struct{ X, Y int }

// Status writes itself in JSON in a way that cannot be read back.
type Status int

func (Status) MarshalJSON() ([]byte, error) { return []byte(`"a status"`), nil }
func (Status) MarshalText() ([]byte, error) { return []byte("a status"), nil }

// random is a value in which nothing is empty that could be nil.
func random(r *rand.Rand) everything {
	v := everything{
		B: r.IntN(2) == 0, I: int64(r.Uint64()), U: r.Uint64(), F: r.NormFloat64(), G: r.Float32(), S: strings.Repeat("é\x00", r.IntN(3)),
		C: complex(r.Float64(), 0), D: time.Duration(r.Uint64()), Status: Status(r.IntN(3)), T: time.Unix(int64(r.Uint32()), 7).UTC(),
		Z: new(big.Int).SetUint64(r.Uint64() | 1), A: [3]int8{int8(r.Uint32()), 0, 1},
	}
	for range r.IntN(4) {
		v.V, v.W, v.X = append(v.V, r.Int32()), append(v.W, []float32{r.Float32()}), append(v.X, point{r.Int(), 0})
		v.L, v.N, v.Y = append(v.L, inner{"a", nil}, inner{}), append(v.N, "", "b"), append(v.Y, byte(r.Uint32()))
		v.M, v.K = map[string]inner{"b": {"c", []float64{r.Float64()}}}, map[point]int{{r.Int(), 1}: 0}
		v.P = &inner{Name: v.S}
	}
	return v
}

// put keeps a value that needs no computing, in place of what is kept.
func put[T any](key string, value T, inputs ...any) error {
	Forget(key)
	_, err := Keep(key, inputs, func() (T, error) { return value, nil })
	return err
}

// notebook makes this test look like a cell's program as far as Keep can see.
func notebook(t *testing.T) { t.Setenv("GONB_TMP_DIR", t.TempDir()) }

func TestKeptValuesComeBackWhole(t *testing.T) {
	notebook(t)
	check := func(v everything) bool {
		t.Helper()
		if err := put("v", v, "input", 1); err != nil {
			t.Fatal(err)
		}
		got, err := Recall[everything]("v", "input", 1)
		if err != nil {
			t.Fatal(err)
		}
		return reflect.DeepEqual(got, v)
	}
	r := rand.New(rand.NewPCG(1, 0))
	for range 300 {
		if v := random(r); !check(v) {
			t.Errorf("%+v came back otherwise", v)
		}
	}
	for _, v := range []everything{
		{}, {P: &inner{}}, {U: math.MaxUint64, I: math.MinInt64},
		{F: math.Inf(1), G: float32(math.Inf(-1))}, {F: math.SmallestNonzeroFloat64},
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
	if err := put("result", r); err != nil {
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
	if err := put("time", now); err != nil {
		t.Fatal(err)
	}
	if got, err := Recall[time.Time]("time"); err != nil || !got.Equal(now) {
		t.Errorf("recalled %v, %v", got, err)
	}
	n, _ := new(big.Int).SetString("123456789012345678901234567890", 10)
	if err := put("n", n); err != nil {
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
		err  error
		want string
	}{
		{put("v", struct{ F func() }{func() {}}), "struct { F func() }.F is a func: keep a value without it"},
		{put("v", struct{ E error }{errors.New("x")}), ".E is an interface"},
		{put("v", struct{ hidden int }{1}), ".hidden, which is unexported and not zero"},
		{put("v", map[string]any{"a": 1}), "[a] is an interface"},
		{put("v", make(chan int)), "is a chan"},
		{put("v", []point{}, func() {}), "input 1:  is a func"},
		{put("v", 1, struct{ E error }{errors.New("x")}), "input 1: .E has .E.s, which is unexported and not zero"},
		{put("v", l), "contains itself"},
		{put("v", struct{ N *int }{new(int)}), ".N points to a zero, which would come back as nil"},
		{put("v", []*point{nil}), "nil"},
	} {
		if c.err == nil || !strings.Contains(c.err.Error(), c.want) {
			t.Errorf("error %v, want %q", c.err, c.want)
		}
	}
	if _, err := Keep[int]("v", nil, nil); err == nil {
		t.Error("no function")
	}
	failed := errors.New("no")
	if _, err := Keep("failed", nil, func() (int, error) { return 0, failed }); err != failed {
		t.Errorf("error %v", err)
	}
	if _, err := Recall[int]("failed"); !errors.Is(err, ErrNotKept) {
		t.Errorf("after an error: %v", err)
	}
}

func TestRecallRefuses(t *testing.T) {
	notebook(t)
	if _, err := Recall[int]("v"); !errors.Is(err, ErrNotKept) {
		t.Errorf("nothing kept: error %v", err)
	}
	if err := put("v", 7, "seed", 3, 0); err != nil {
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
	if err := put("a/../b c", 1); err != nil {
		t.Fatal(err)
	}
	if got, err := Recall[int]("a/../b c"); err != nil || got != 1 {
		t.Errorf("a name with slashes: %v, %v", got, err)
	}
}

func TestOutsideANotebook(t *testing.T) {
	t.Setenv("GONB_TMP_DIR", "")
	calls := 0
	for range 2 {
		got, err := Keep("v", nil, func() (int, error) { calls++; return calls, nil })
		if got != calls || err != nil {
			t.Errorf("Keep: %v, %v", got, err)
		}
	}
	if calls != 2 {
		t.Errorf("computed %d times", calls)
	}
	if _, err := Recall[int]("v"); !errors.Is(err, ErrNoNotebook) {
		t.Errorf("Recall: error %v", err)
	}
	if err := Forget(); err != nil {
		t.Error(err)
	}
}

// Keep computes when the key, the inputs, the type or the code are new, and
// else does not.
func TestKeepComputesOnce(t *testing.T) {
	notebook(t)
	calls := 0
	one := func() (int, error) { calls++; return 41, nil }
	keep := func(key string, inputs any) {
		t.Helper()
		if got, err := Keep(key, inputs, one); got != 41 || err != nil {
			t.Fatalf("Keep: %v, %v", got, err)
		}
	}
	for _, c := range []struct {
		key    string
		inputs any
		calls  int
	}{
		{"a", 1, 1}, {"a", 1, 1}, {"a", []any{1}, 1}, {"a", 2, 2}, {"a", 1, 3}, {"b", 1, 4}, {"a", 1, 4},
		{"a", []any{1, 2}, 5}, {"a", []int{1, 2}, 6}, {"a", map[string]any{"x": 1.5, "y": "z"}, 7},
		{"a", map[string]any{"y": "z", "x": 1.5}, 7}, {"a", nil, 8}, {"a", nil, 8},
		{strings.Repeat("long", 200), nil, 9}, {strings.Repeat("long", 200), nil, 9}, {strings.Repeat("long", 200) + "x", nil, 10},
	} {
		keep(c.key, c.inputs)
		if calls != c.calls {
			t.Errorf("%.10q of %v: computed %d times, want %d", c.key, c.inputs, calls, c.calls)
		}
	}
	other := func() (int, error) { return 43, nil }
	if got, err := Keep("a", nil, other); got != 43 || err != nil {
		t.Errorf("other code: %v, %v", got, err)
	}
	if got, err := Keep("a", nil, func() (string, error) { return "text", nil }); got != "text" || err != nil {
		t.Errorf("another type: %v, %v", got, err)
	}
}

func TestForget(t *testing.T) {
	notebook(t)
	for _, key := range []string{"two", "one", "a/b"} {
		if err := put(key, key); err != nil {
			t.Fatal(err)
		}
	}
	kept := func() (names string) {
		for _, key := range []string{"a/b", "one", "two"} {
			if v, err := Recall[string](key); err == nil {
				names += v + " "
			}
		}
		return names
	}
	if err := Forget("one", "none"); err != nil || kept() != "a/b two " {
		t.Errorf("after forgetting one: %s, %v", kept(), err)
	}
	if err := Forget(); err != nil || kept() != "" {
		t.Errorf("after forgetting all: %s, %v", kept(), err)
	}
}

// A type that has become another one is said to be.
func TestRecallOfAChangedType(t *testing.T) {
	notebook(t)
	{
		type result struct{ Speed int }
		if err := put("v", result{1}); err != nil {
			t.Fatal(err)
		}
	}
	type result struct{ Speed string }
	if _, err := Recall[result]("v"); err == nil || !strings.Contains(err.Error(), "the type kernelext.result has changed since") {
		t.Errorf("error %v", err)
	}
}

// Whatever byte of a kept file is wrong or missing, the value is computed again.
func TestKeepDamaged(t *testing.T) {
	notebook(t)
	value := map[string][]float64{"a": {1, 2}, "b": nil}
	calls := 0
	compute := func() (map[string][]float64, error) { calls++; return value, nil }
	keep := func() {
		if got, err := Keep("v", nil, compute); err != nil || !reflect.DeepEqual(got, value) {
			t.Fatalf("kept %v, %v", got, err)
		}
	}
	keep()
	file, err := keptFile("v")
	if err != nil {
		t.Fatal(err)
	}
	whole, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	quiet(t)
	check := func(name string, damaged []byte) {
		if err := os.WriteFile(file, damaged, 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := Recall[map[string][]float64]("v"); !errors.Is(err, errDamaged) {
			t.Errorf("%s: recalled with error %v", name, err)
		}
		before := calls
		if keep(); calls != before+1 {
			t.Errorf("%s: computed %d times", name, calls-before)
		}
	}
	for i := range whole {
		damaged := bytes.Clone(whole)
		damaged[i] ^= 0x41
		check(fmt.Sprintf("byte %d", i), damaged)
		check(fmt.Sprintf("first %d bytes", i), whole[:i])
	}
	check("one byte more", append(bytes.Clone(whole), 0))
}

// quiet drops what the test writes on standard error.
func quiet(t *testing.T) {
	null, err := os.OpenFile(os.DevNull, os.O_WRONLY, 0)
	if err != nil {
		t.Fatal(err)
	}
	stderr := os.Stderr
	os.Stderr = null
	t.Cleanup(func() { os.Stderr = stderr; null.Close() })
}
