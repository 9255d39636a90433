package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"net"
	"net/url"
	"os/signal"
	"strings"
	"syscall"
	"time"

	"github.com/spf13/cobra"

	"github.com/magestack/magestack/internal/cloudfront/local"
	"github.com/magestack/magestack/internal/cloudfront/model"
	"github.com/magestack/magestack/internal/offline"
	"github.com/magestack/magestack/internal/plan"
)

// edgeFlags say what the local edge stands in front of, or what it explains.
type edgeFlags struct {
	origins    []string
	listen     string
	tls        bool
	media      string
	host       string
	originHost string
	page       string
	timeout    time.Duration
	cacheMiB   int64
	verbose    bool
	learn      bool

	explain string
	cookies []string
	headers []string
	json    bool
}

func (t tool) edgeCommand() *cobra.Command {
	var flags edgeFlags
	command := &cobra.Command{
		Use:   "edge ENVIRONMENT",
		Short: "Serve an environment's CloudFront distribution on this machine, or explain what it does to a request",
		Long: "Serve an environment's CloudFront distribution on this machine, in front of a Magento of your own: same behaviours,\n" +
			"policies and functions, as the environment's programs register them. " + local.PagePath + " shows what it does to each\n" +
			"request. With --explain nothing is served. Nothing is asked of AWS.",
		Example: "  magestack edge staging --origin http://localhost:8080\n" +
			"  magestack edge production --explain 'GET /women/tops.html?utm_source=x' --cookie PHPSESSID=1",
		Args:              t.oneEnvironment,
		ValidArgsFunction: t.completeEnvironment,
		RunE: func(command *cobra.Command, arguments []string) error {
			return t.runEdge(command.Context(), arguments[0], flags)
		},
	}
	set := command.Flags()
	set.StringArrayVar(&flags.origins, "origin", nil, "where the load balancers lead to; ID=URL for the origin of that id alone")
	set.StringVar(&flags.listen, "listen", "localhost:8443", "address to listen on")
	set.BoolVar(&flags.tls, "tls", false, "speak TLS, with a self-signed certificate that is made at the start")
	set.StringVar(&flags.media, "media", "", "folder in place of the media bucket, such as pub/media; the origin's /media without it")
	set.StringVar(&flags.host, "host", "", "host name of the shop that the address stands for; the distribution's first without it")
	set.StringVar(&flags.originHost, "origin-host", "", "Host that the origin gets in its place, where its base URL is another")
	set.StringVar(&flags.page, "page", string(local.Loopback), "who may see "+local.PagePath+": loopback, everyone or nobody")
	set.DurationVar(&flags.timeout, "timeout", 0, "how long an origin may be silent; what the distribution says without it")
	set.Int64Var(&flags.cacheMiB, "cache", 64, "size of the cache in MiB")
	set.BoolVar(&flags.verbose, "verbose", false, "print on stderr every request that goes wrong behind the edge, and not only that the origin is gone")
	set.BoolVar(&flags.learn, "learn", false, "print at the end the lines of the settings that the answers show to be missing")
	set.StringVar(&flags.explain, "explain", "", "a request, such as 'GET https://shop.example.com/women/tops.html?utm_source=x'")
	set.StringArrayVar(&flags.cookies, "cookie", nil, "cookie of the request, as name=value")
	set.StringArrayVar(&flags.headers, "header", nil, "header of the request, as 'Name: value'")
	set.BoolVar(&flags.json, "json", false, "print the explanation as JSON")
	command.MarkFlagsMutuallyExclusive("origin", "explain")
	command.MarkFlagsMutuallyExclusive("learn", "explain")
	command.MarkFlagsOneRequired("origin", "explain")
	return command
}

// runEdge loads the distribution and does what the flags ask for.
func (t tool) runEdge(ctx context.Context, environment string, flags edgeFlags) error {
	if flags.explain == "" && (flags.json || len(flags.cookies)+len(flags.headers) > 0) {
		return errors.New("--cookie, --header and --json need --explain")
	}
	if flags.cacheMiB < 1 {
		return fmt.Errorf("--cache %d: must be 1 or more, in MiB", flags.cacheMiB)
	}
	resources, objects, err := t.edgeResources(environment)
	if err != nil {
		return err
	}
	distribution, err := model.Load(resources)
	if err != nil {
		return fmt.Errorf("loading the distribution of %s: %w", environment, err)
	}
	if flags.explain != "" {
		return t.explainRequest(distribution, flags)
	}
	config, err := edgeConfig(environment, distribution, flags)
	if err != nil {
		return err
	}
	config.Objects = objects
	return t.serveEdge(ctx, config, flags)
}

// edgeResources gives what the environment's cdn stack registers, and what the stacks put into buckets.
func (t tool) edgeResources(environment string) ([]plan.Resource, map[string]local.StoredObject, error) {
	config, err := t.settingsOf(environment)
	if err != nil {
		return nil, nil, err
	}
	projects, err := t.projectsOf([]string{"cdn"})
	if err != nil {
		return nil, nil, err
	}
	programs, finished := t.withProgress(environment, t.programsOf(config))
	recorded, err := offline.Run(environment, config, programs)
	finished()
	if err != nil {
		return nil, nil, err
	}
	var resources []plan.Resource
	objects := map[string]local.StoredObject{}
	for _, stack := range recorded.Stacks {
		if stack.Project == projects[0] {
			resources = stack.Resources
		}
		maps.Copy(objects, local.ObjectsOf(stack.Resources))
	}
	if resources == nil {
		return nil, nil, fmt.Errorf("%s has no CDN to serve: its settings leave out %s", environment, projects[0])
	}
	return resources, objects, nil
}

func (t tool) explainRequest(distribution model.Distribution, flags edgeFlags) error {
	edge, err := local.Answerless(distribution)
	if err != nil {
		return err
	}
	question := local.ParseQuestion(flags.explain)
	question.Cookies, question.Headers = flags.cookies, flags.headers
	explanation, err := local.Ask(edge, distribution.Aliases, question)
	if err != nil {
		return err
	}
	if !flags.json {
		return explanation.Write(t.stdout)
	}
	encoder := json.NewEncoder(t.stdout)
	encoder.SetIndent("", "  ")
	encoder.SetEscapeHTML(false)
	return encoder.Encode(explanation)
}

// edgeConfig reads the flags that say where things are.
func edgeConfig(environment string, distribution model.Distribution, flags edgeFlags) (local.Config, error) {
	config := local.Config{
		Environment: environment, Hosts: distribution.Aliases, Origins: local.OriginsOf(distribution),
		Edge: local.FromModel(distribution), Backends: map[string]*url.URL{}, Host: flags.host, BackendHost: flags.originHost,
		Media: flags.media, Page: local.Audience(flags.page), OriginTimeout: flags.timeout,
		CacheBytes: flags.cacheMiB << 20,
	}
	var problems []error
	for _, origin := range flags.origins {
		id, place, named := strings.Cut(origin, "=")
		if !named || strings.Contains(id, "/") {
			id, place = "", origin
		}
		target, err := url.Parse(place)
		switch {
		case err != nil:
			problems = append(problems, fmt.Errorf("--origin %q: must be like http://localhost:8080", origin))
		case id != "":
			config.Backends[id] = target
		case config.Backend != nil:
			problems = append(problems, fmt.Errorf("--origin %q: there is one without an id already; give the origin's id, as ID=URL", origin))
		default:
			config.Backend = target
		}
	}
	if config.Backend == nil && len(problems) == 0 {
		problems = append(problems, errors.New("--origin: one without an id is required, for all other origins, such as --origin http://localhost:8080"))
	}
	return config, errors.Join(problems...)
}

// serveEdge serves until it is interrupted.
func (t tool) serveEdge(ctx context.Context, config local.Config, flags edgeFlags) error {
	level := slog.LevelWarn
	if flags.verbose {
		level = slog.LevelDebug
	}
	log := slog.New(slog.NewTextHandler(t.stderr, &slog.HandlerOptions{Level: level}))
	scheme := "http"
	if flags.tls {
		certificate, err := local.Certificate(config.Hosts, time.Now())
		if err != nil {
			return err
		}
		scheme, config.Certificate = "https", &certificate
	}
	server, err := local.New(config, log)
	if err != nil {
		return err
	}
	listener, err := net.Listen("tcp", flags.listen)
	if err != nil {
		return fmt.Errorf("listening: %w", err)
	}
	address := addressOf(flags.listen, listener.Addr().String())
	ctx, stop := signal.NotifyContext(ctx, syscall.SIGINT, syscall.SIGTERM)
	defer stop()
	fmt.Fprintf(t.stdout, "the shop   %s://%s/\nthe page   %s://%s%s\nends with  Ctrl-C\n", scheme, address, scheme, address, local.PagePath)
	if err := server.Serve(ctx, listener); err != nil {
		return err
	}
	return t.tellLessons(config.Environment, server.Lessons(), flags.learn)
}

// addressOf is where a browser finds what listens: under the host that was asked for, with the port that was given.
func addressOf(asked, given string) string {
	host, _, err := net.SplitHostPort(asked)
	_, port, ofGiven := net.SplitHostPort(given)
	if err != nil || ofGiven != nil || host == "" {
		return given
	}
	return net.JoinHostPort(host, port)
}
