package nbclient

import (
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"time"
)

// header is the header of a Jupyter message
// (jupyter-client.readthedocs.io, "Messaging in Jupyter").
type header struct {
	ID      string `json:"msg_id"`
	Session string `json:"session"`
	User    string `json:"username"`
	Date    string `json:"date"`
	Type    string `json:"msg_type"`
	Version string `json:"version"`
}

// message is a message received. Content is decoded by whoever wants it.
type message struct {
	Header, Parent header
	Content        json.RawMessage
}

// delimiter parts the routing frames from the message on the wire.
const delimiter = "<IDS|MSG>"

// codec writes and reads messages of one session.
type codec struct {
	key     []byte // secret that signs the messages of this kernel
	session string
}

func newCodec() codec { return codec{key: []byte(randomID()), session: randomID()} }

// randomID is 32 random hexadecimal digits.
func randomID() string {
	b := make([]byte, 16)
	rand.Read(b) // never fails
	return hex.EncodeToString(b)
}

// sign is the signature of the four parts of a message.
func (c codec) sign(parts [][]byte) string {
	mac := hmac.New(sha256.New, c.key)
	for _, p := range parts {
		mac.Write(p)
	}
	return hex.EncodeToString(mac.Sum(nil))
}

// encode returns the frames of a request and its id.
func (c codec) encode(typ string, content any) (frames [][]byte, id string, err error) {
	h := header{
		ID: randomID(), Session: c.session, User: "coexplore",
		Date: time.Now().UTC().Format(time.RFC3339Nano), Type: typ, Version: "5.3",
	}
	head, err := json.Marshal(h)
	if err != nil {
		return nil, "", err
	}
	body, err := json.Marshal(content)
	if err != nil {
		return nil, "", err
	}
	parts := [][]byte{head, []byte("{}"), []byte("{}"), body}
	return append([][]byte{[]byte(delimiter), []byte(c.sign(parts))}, parts...), h.ID, nil
}

var errSignature = errors.New("a message with a wrong signature")

// decode checks the signature of a message and reads its frames.
func (c codec) decode(frames [][]byte) (message, error) {
	var m message
	i := 0
	for i < len(frames) && string(frames[i]) != delimiter {
		i++
	}
	if len(frames) < i+6 {
		return m, fmt.Errorf("a message of %d frames is no Jupyter message", len(frames))
	}
	parts := frames[i+2 : i+6]
	if !hmac.Equal(frames[i+1], []byte(c.sign(parts))) {
		return m, errSignature
	}
	if err := json.Unmarshal(parts[0], &m.Header); err != nil {
		return m, fmt.Errorf("message header: %w", err)
	}
	if err := json.Unmarshal(parts[1], &m.Parent); err != nil {
		return m, fmt.Errorf("message parent: %w", err)
	}
	m.Content = parts[3]
	return m, nil
}
