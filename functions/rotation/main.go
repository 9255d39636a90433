// Command rotation is the Lambda function that rotates the credentials of one environment: see package rotator.
package main

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"net/http"
	"os"
	"time"

	"github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-sdk-go-v2/config"
	"github.com/aws/aws-sdk-go-v2/service/elasticache"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"

	"github.com/magestack/magestack/functions/rotation/aws"
	"github.com/magestack/magestack/functions/rotation/rotator"
	"github.com/magestack/magestack/functions/rotation/store"
	"github.com/magestack/magestack/pkg/data/aurora/cabundle"
)

func main() {
	function, err := newFunction(context.Background(), os.Getenv)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	lambda.Start(function.Handle)
}

// newFunction connects a function to the environment that its variables describe.
func newFunction(ctx context.Context, variable func(string) string) (*rotator.Function, error) {
	environment, err := rotator.ReadConfig(variable)
	if err != nil {
		return nil, err
	}
	account, err := config.LoadDefaultConfig(ctx)
	if err != nil {
		return nil, fmt.Errorf("configuration of AWS: %w", err)
	}
	bundle, err := cabundle.Of(account.Region)
	if err != nil {
		return nil, fmt.Errorf("authorities of Aurora: %w", err)
	}
	authorities := x509.NewCertPool()
	authorities.AppendCertsFromPEM([]byte(bundle))
	// OpenSearch, RabbitMQ and ElastiCache have certificates of Amazon's public authorities.
	secure := &tls.Config{MinVersion: tls.VersionTLS12}
	client := &http.Client{Transport: &http.Transport{TLSClientConfig: secure, DisableKeepAlives: true}}
	return &rotator.Function{
		Config:  environment,
		Secrets: aws.Secrets{Client: secretsmanager.NewFromConfig(account)},
		Clock:   clock{},
		Random:  rotator.System{},
		Stores: rotator.Stores{
			Database: store.MySQL{Authorities: authorities},
			Cache:    aws.Cache{Logins: store.Valkey{Secure: secure}, Client: elasticache.NewFromConfig(account), Clock: clock{}},
			Search:   store.NewOpenSearch(client),
			Queue:    store.NewRabbitMQ(client, secure, 0),
		},
	}, nil
}

// clock is the system's.
type clock struct{}

func (clock) Now() time.Time { return time.Now() }

func (clock) Sleep(ctx context.Context, d time.Duration) error {
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(d):
		return nil
	}
}
