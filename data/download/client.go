package download

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"

	"github.com/hashicorp/go-retryablehttp"

	"coexplore/data"
)

// errRedirect is what a redirect that is not followed is about.
var errRedirect = errors.New("the server redirects")

// newClient returns a client for the file s at address. It tries again where that
// may help, gives up a server that does not answer, and follows redirects only to
// the hosts that the file is known to be at, and never from https to another
// scheme.
func newClient(address string, s data.Source, opt Options) *retryablehttp.Client {
	client := retryablehttp.NewClient()
	client.Logger = nil
	client.RetryMax = opt.tries - 1
	client.RetryWaitMin, client.RetryWaitMax = opt.wait, 16*opt.wait
	client.ErrorHandler = retryablehttp.PassthroughErrorHandler
	client.CheckRetry = func(ctx context.Context, resp *http.Response, err error) (bool, error) {
		if errors.Is(err, errRedirect) {
			return false, err
		}
		return retryablehttp.DefaultRetryPolicy(ctx, resp, err)
	}
	if t, ok := client.HTTPClient.Transport.(*http.Transport); ok {
		t.ResponseHeaderTimeout = opt.stall
		t.TLSHandshakeTimeout = opt.stall
		t.TLSClientConfig = opt.tls
	}
	hosts := hostsOf(append([]string{address}, s.URLs...))
	client.HTTPClient.CheckRedirect = func(req *http.Request, via []*http.Request) error {
		last := via[len(via)-1].URL
		switch {
		case len(via) >= 5:
			return fmt.Errorf("%w more than 5 times", errRedirect)
		case req.URL.Scheme != last.Scheme && req.URL.Scheme != "https":
			return fmt.Errorf("%w from %s to %s, which is not followed", errRedirect, last.Scheme, req.URL.Scheme)
		case !slices.Contains(hosts, req.URL.Hostname()):
			return fmt.Errorf("%w to %s, which is not known to have the file", errRedirect, req.URL.Hostname())
		}
		return nil
	}
	return client
}

// hostsOf returns the hosts of addresses.
func hostsOf(addresses []string) []string {
	var hosts []string
	for _, a := range addresses {
		if u, err := url.Parse(a); err == nil {
			hosts = append(hosts, u.Hostname())
		}
	}
	return hosts
}
