.DEFAULT_GOAL := help
ENV ?= staging

# ec2 and wafv2 of the AWS SDK take 3 to 4 GiB each to compile: two at a time are enough for 8 GiB.
export GOFLAGS ?= -p=2

.PHONY: help
help: ## List the targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  %-13s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

.PHONY: preview
preview: ## Plan an environment on the embedded cloud (ENV=staging)
	go run -v ./cmd/magestack preview $(ENV)

.PHONY: test
test: ## Run the tests of every Go module
	.ci/run $$(.ci/run --list | grep '^tests')

.PHONY: lint
lint: ## Check formatting, go vet and golangci-lint
	.ci/run gofmt $$(.ci/run --list | grep '^vet') lint

.PHONY: ci
ci: ## Run every step of CI; ci-vet runs the step vet alone, and .ci/run --list names them
	.ci/run

ci-%:
	.ci/run $*

.PHONY: hooks
hooks: ## Check commit messages as they are written (CONTRIBUTING.md)
	git config core.hooksPath .githooks

.PHONY: golangci-lint
golangci-lint: ## Run golangci-lint, at the version that tools/go.mod pins
	go build -C tools -o ../bin/ github.com/golangci/golangci-lint/v2/cmd/golangci-lint
	bin/golangci-lint run ./...

.PHONY: actionlint
actionlint: ## Run actionlint over the workflows, at the version that tools/actionlint/go.mod pins
	go build -C tools/actionlint -o ../../bin/ github.com/rhysd/actionlint/cmd/actionlint
	git ls-files --cached --others --exclude-standard -- '*.github/workflows/*.yml' | xargs bin/actionlint

.PHONY: generate
generate: ## Write docs/settings.md, the Pulumi.yaml files, Varnish's rules and the golden files anew
	go test ./pkg/settings ./pkg/aws/topology ./pkg/data/proxysql ./pkg/data/aurora ./internal/guard ./internal/preview ./internal/varnish ./stacks -update
	go -C test/gitops test . -run '^TestGoldenFiles$$' -update

.PHONY: shop
shop: ## Run the desired state of staging on this machine, as processes (docs/shop.md)
	cd test/shop && go run .

.PHONY: charts
charts: ## Render the Helm charts in the folder CHARTS with the plans' values, and write the facts anew
	@test -n "$(CHARTS)" || { echo "CHARTS=folder: where helm pull --untar has put the charts of pkg/versions"; exit 1; }
	go test ./stacks -run '^TestChartValues$$' -update
	go run -C test/charts . -charts "$(abspath $(CHARTS))"

.PHONY: functions
functions: ## Build the archives of the Lambda functions that are missing or stale
	go -C functions run ./build

.PHONY: bench
bench: ## Measure a preview of a whole environment
	go test ./stacks -run '^$$' -bench . -benchmem

.PHONY: cluster
cluster: ## Try the desired state on a real control plane (CLUSTER_TOOL)
	.ci/run cluster

.PHONY: build
build: ## Build the tool and every program, as Pulumi would
	go build -v -o bin/ ./cmd/magestack
	for layer in networking data compute cdn; do go build -v -o stacks/$$layer/bin/$$layer ./stacks/$$layer || exit 1; done
	go build -v -o bin/root .
