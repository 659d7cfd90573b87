// How long lego and cert-manager take to find a TXT record, in their own code, on the servers of a scenario.
//
//	peers lego|cert-manager NAME. VALUE RESOLVER:PORT RUNS
//
// prints {"ms": median, "outcome": what the last run said}. Servers are asked at port PEER_PORT: both have 53 written in
// their code, so their own seam for tests is reached past the compiler. Each run is cold, as the gate's are.
package main

import (
	"context"
	"encoding/json"
	"net"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"
	_ "unsafe"

	"github.com/cert-manager/cert-manager/pkg/issuer/acme/dns/util"
	"github.com/go-acme/lego/v5/challenge/dns01"
	"github.com/miekg/dns"
)

var port = os.Getenv("PEER_PORT")

func atPort(server string) string {
	return strings.TrimSuffix(server, ":53") + map[bool]string{true: ":" + port}[strings.HasSuffix(server, ":53")]
}

type check func(ctx context.Context, name, value string) (bool, error)

type preCheck struct {
	checkFunc                                   dns01.WrapPreCheckFunc
	requireAuthoritative, requireRecursive bool
}

//go:linkname checkDNSPropagation github.com/go-acme/lego/v5/challenge/dns01.preCheck.checkDNSPropagation
func checkDNSPropagation(p preCheck, ctx context.Context, fqdn, value string) (bool, error)

//go:linkname dnsQuery github.com/cert-manager/cert-manager/pkg/issuer/acme/dns/util.dnsQuery
var dnsQuery func(ctx context.Context, fqdn string, rtype uint16, nameservers []string, recursive bool) (*dns.Msg, error)

type cachedEntry struct {
	Response   *dns.Msg
	ExpiryTime time.Time
}

//go:linkname fqdnToZone github.com/cert-manager/cert-manager/pkg/issuer/acme/dns/util.fqdnToZone
var fqdnToZone map[string]cachedEntry

func lego(resolver string) check {
	return func(ctx context.Context, name, value string) (bool, error) {
		client := dns01.NewClient(&dns01.Options{RecursiveNameservers: []string{resolver}})
		setPort(client, port)
		dns01.SetDefaultClient(client)
		return checkDNSPropagation(preCheck{requireAuthoritative: true, requireRecursive: true}, ctx, name, value)
	}
}

func certManager(resolver string) check {
	dnsQuery = func(ctx context.Context, name string, rtype uint16, servers []string, recursive bool) (*dns.Msg, error) {
		own := make([]string, len(servers))
		for i, server := range servers {
			own[i] = atPort(server)
		}
		return util.DNSQuery(ctx, name, rtype, own, recursive)
	}
	return func(ctx context.Context, name, value string) (bool, error) {
		clear(fqdnToZone)
		return util.PreCheckDNS(ctx, name, value, []string{resolver}, true)
	}
}

func main() {
	which, name, value, resolver := os.Args[1], os.Args[2], os.Args[3], os.Args[4]
	runs, err := strconv.Atoi(os.Args[5])
	if err != nil {
		panic(err)
	}
	// Names of servers are looked up by Go: at the scenario's resolver, and without search domains.
	net.DefaultResolver = &net.Resolver{PreferGo: true, Dial: func(ctx context.Context, network, _ string) (net.Conn, error) {
		return (&net.Dialer{}).DialContext(ctx, network, resolver)
	}}
	ask := map[string]func(string) check{"lego": lego, "cert-manager": certManager}[which](resolver)
	var took []float64
	outcome := ""
	for range runs {
		began := time.Now()
		found, err := ask(context.Background(), name, value)
		took = append(took, float64(time.Since(began).Microseconds())/1000)
		outcome = map[bool]string{true: "there", false: "not there"}[found]
		if err != nil {
			outcome = err.Error()
		}
	}
	slices.Sort(took)
	json.NewEncoder(os.Stdout).Encode(map[string]any{"ms": took[len(took)/2], "outcome": outcome})
}
