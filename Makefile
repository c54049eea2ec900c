# `make` alone prints what there is. Every target gets what it needs by itself; the tools it uses are a POSIX shell,
# Node 18 or later with npm (Node 24 is fetched where the system's is older) and, to talk to a running server, curl.

.DEFAULT_GOAL := help
SHELL := /bin/sh
# Windows parts its paths otherwise.
export PATH := $(CURDIR)/.node/node_modules/.bin$(if $(filter Windows_NT,$(OS)),;,:)$(PATH)

# Where the targets below keep their corpus; the command line by itself uses your own data folder.
DATA_DIR = $(or $(BIO_MCP_DATA_DIR),$(CURDIR)/.data)
URL = http://127.0.0.1:$(or $(BIO_MCP_HTTP_PORT),8080)
RUN = BIO_MCP_DATA_DIR='$(DATA_DIR)' bin/bio-mcp

.PHONY: help
help: ## Print this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "  make %-16s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

.PHONY: demo
demo: setup ## Load 1,000 real PubMed citations into .data/ and ask them one question
	@$(RUN) demo
	@echo 'In this folder: make run-serve, then $(URL)/ui'

.PHONY: test
test: setup-development ## Run the quick tests: nothing but Node is needed
	@node scripts/run-tests.ts quick

.PHONY: test-faults
test-faults: setup-development ## Run those that kill, fill disks, fuzz, pack, or start many processes
	@node scripts/run-tests.ts faults

.PHONY: test-services
test-services: setup-development ## Run those that need a real S3, SQS, Weaviate (`make services`) or model
	@env $$(node scripts/services.ts test-environment) node scripts/run-tests.ts services

.PHONY: test-all
test-all: setup-development ## Run all of them
	@env $$(node scripts/services.ts test-environment) node scripts/run-tests.ts all

.PHONY: test-package
test-package: setup-development ## Make the npm package, install it elsewhere and play its story; for macOS and Windows as well
	@node --test --test-concurrency=1 --test-timeout=1800000 tests/package/packed.faults.test.ts

.PHONY: as-root
TARGET = test-faults
as-root: ## Run a target (TARGET=…) by sudo: full disks are mounted by root alone
	@sudo --preserve-env env "PATH=$$PATH" "HOME=$$HOME" $(MAKE) --no-print-directory $(TARGET)

.PHONY: system-packages
system-packages: ## Install by apt what tests ask of a Debian or Ubuntu and it has not
	@scripts/workflows/system-packages.sh

.PHONY: soak
HISTORIES = 500
soak: setup-development ## Live through 500 random histories of loads, kills and changed settings, and 50 power cuts (HISTORIES=…, SEED=… repeats one)
	@env $$(node scripts/services.ts test-environment) HISTORIES=$(HISTORIES) TEST_CUTS=50 $(if $(SEED),SEED=$(SEED)) node --test --test-concurrency=1 --test-timeout=36000000 tests/ingest/histories/random-histories.faults.test.ts tests/ingest/histories/random-histories.services.test.ts tests/compose/power-cut.faults.test.ts

.PHONY: services
services: setup-development ## Start PostgreSQL, S3, SQS and Weaviate on this machine, print the environment for them
	@node scripts/services.ts start

.PHONY: services-stop
services-stop: setup-development ## Stop the servers that `make services` started
	@node scripts/services.ts stop

.PHONY: test-live
test-live: setup-development ## Ask the real NCBI a handful of questions; not part of `make test`
	@node --test --test-concurrency=1 'tests/live/**/*.live.ts'

.PHONY: check
check: check-format check-types check-dead-code check-architecture check-documents check-licences check-infra ## Format, lint, types, dead code, architecture, generated documents, licences, Terraform

.PHONY: check-format
check-format: setup-development
	@node_modules/.bin/biome check --error-on-warnings .

.PHONY: check-types
check-types: setup-development
	@node_modules/.bin/tsc --noEmit -p .

.PHONY: check-dead-code
check-dead-code: setup-development
	@node_modules/.bin/knip --no-progress

.PHONY: check-workflows
check-workflows: ## Hold .github/ against actionlint and zizmor (needs Go and Python, once)
	@scripts/workflows/check.sh

.PHONY: check-architecture
check-architecture: setup-development
	@node --test --test-reporter=dot tests/architecture.test.ts tests/documents.test.ts tests/provoked-faults.test.ts

.PHONY: check-documents
check-documents: setup-development
	@node scripts/reference.ts --check

.PHONY: check-licences
check-licences: setup-development
	@node scripts/sbom.ts --check

.PHONY: check-infra
check-infra: setup-development
	@node --test --test-reporter=dot 'tests/infra/+([a-z-]).test.ts'
	@command -v terraform >/dev/null || echo 'check-infra: terraform is not installed, so that its layout was not checked: https://developer.hashicorp.com/terraform/install'

.PHONY: infra-plan
infra-plan: ## Show what Terraform would change (ENVIRONMENT=staging|prod); says what it needs
	@scripts/infra/terraform.sh plan "$$ENVIRONMENT"

.PHONY: infra-apply
infra-apply: ## Do what infra-plan showed: migrate, deploy by a canary, go back where an alarm goes off (ENVIRONMENT=staging|prod)
	@scripts/infra/terraform.sh apply "$$ENVIRONMENT"

.PHONY: check-infra-security
check-infra-security: ## Hold infra/ against the rules of checkov (needs Python)
	@scripts/infra/check-security.sh

.PHONY: check-infra-lint
check-infra-lint: ## Hold infra/ against the core rules of tflint (which it is built from by Go, where it is not installed)
	@scripts/infra/lint.sh

.PHONY: infra-test
infra-test: ## Run the tests of infra/ on a provider that answers nothing (needs Terraform and its registry)
	@scripts/infra/test-modules.sh

.PHONY: format
format: setup-development ## Lay the code out as `make check` wants it
	@node_modules/.bin/biome check --write .

.PHONY: documents
documents: setup-development ## Write again the documents that are generated from the code
	@node scripts/reference.ts

.PHONY: run-http
run-http: setup ## Serve the tools over HTTP on this machine (BIO_MCP_HTTP_PORT, 8080)
	@$(RUN) http

.PHONY: run-serve
run-serve: setup ## Serve the tools over HTTP and run jobs in one process
	@$(RUN) serve

.PHONY: run-worker
run-worker: setup ## Run jobs without serving anything (needs BIO_MCP_DATABASE_URL)
	@$(RUN) worker

.PHONY: smoke-http
smoke-http: ## Ask a running server: healthz, readyz, tools
	@scripts/smoke-http.sh '$(URL)'

TOOL = pubmed.search
PARAMS = {"q":"glioblastoma","limit":2}
.PHONY: invoke
invoke: ## Call a tool of a running server (TOOL=…, PARAMS='{…}')
	@scripts/invoke.sh '$(URL)' '$(TOOL)' '$(PARAMS)'

.PHONY: conformance
conformance: setup-development ## Run MCP's official conformance suite; ends with the counts
	@node scripts/mcp-conformance.ts

EXAMPLES = 500
.PHONY: fuzz-http
fuzz-http: setup-development ## Send every operation what nobody would think of (EXAMPLES=…; needs Python)
	@scripts/fuzz-http.sh '$(EXAMPLES)'

.PHONY: console-screenshots
console-screenshots: setup-development ## Write the pictures of docs/console.md anew (needs Chromium: `make services`)
	@node scripts/console-screenshots.ts

.PHONY: archive-verify
archive-verify: setup ## Read every archived object of .data/ again and check its hash
	@$(RUN) archive verify

.PHONY: bench
bench: setup-development ## Measure loading, parsing, searching and ranking (minutes; see docs/benchmarks.md)
	@node bench/parse.ts
	@node bench/load.ts
	@node bench/search.ts
	@if [ -n '$(COLLECTION)' ]; then node bench/retrieval.ts '$(COLLECTION)'; \
	else echo 'For ranking: make bench COLLECTION=<folder in the form of the SMART collections>'; fi

.PHONY: setup
setup: ## Get Node 24 and the dependencies, without the development ones
	@scripts/setup.sh

.PHONY: setup-development
setup-development: ## Get Node 24 and all dependencies
	@scripts/setup.sh --with-development

.PHONY: build
build: setup-development ## Bundle into dist/ what the npm package holds
	@node scripts/build.ts

.PHONY: package
package: setup-development ## Make the npm package, bio-mcp-<version>.tgz
	@node scripts/build.ts --packed
	@npm pack --silent

.PHONY: sbom
sbom: setup-development ## List what comes with the package, bio-mcp-<version>.cdx.json; refuses licences that are not allowed
	@node scripts/sbom.ts

.PHONY: release
release: sbom package bundle ## Make all three that a release consists of

.PHONY: check-release
check-release: setup ## Hold the tag (GITHUB_REF_NAME), package.json, server.json and CHANGELOG.md to one version; print its notes
	@node scripts/release/notes.ts "$$GITHUB_REF_NAME"

.PHONY: publish-package
publish-package: ## Publish bio-mcp-<version>.tgz to npm with its provenance; within the release workflow alone, where npm trusts it
	@npm publish --provenance --access public "./bio-mcp-$$(node -p 'require("./package.json").version').tgz"

.PHONY: publish-page
publish-page: check-release ## Make the page of the release on GitHub, with its files and notes (needs gh)
	@node scripts/release/notes.ts "$$GITHUB_REF_NAME" >.release-notes.md
	@gh release create "$$GITHUB_REF_NAME" --verify-tag --title "$$GITHUB_REF_NAME" --notes-file .release-notes.md bio-mcp-*.tgz bio-mcp-*.mcpb bio-mcp-*.cdx.json

.PHONY: bundle
bundle: package ## Make the bundle for desktop clients, bio-mcp-<version>-<platform>.mcpb
	@node scripts/bundle.ts bio-mcp-*.tgz

.PHONY: image
IMAGE ?= bio-mcp:development
image: setup-development ## Build the image (IMAGE=…) with Docker, or with buildah where no Docker engine answers
	@scripts/image/build.sh '$(IMAGE)'

.PHONY: check-image
check-image: ## Hold the Dockerfile against hadolint's rules (needs Python)
	@scripts/image/lint.sh

.PHONY: image-scan
image-scan: ## Ask OSV.dev for known vulnerabilities of what is in the image (IMAGE=…; needs Go, once, and the network)
	@scripts/image/scan.sh '$(IMAGE)'

.PHONY: image-push
image-push: ## Push the image (IMAGE=…) under a name of a registry (NAME=…), print it by its digest
	@scripts/image/push.sh '$(IMAGE)' "$$NAME"

.PHONY: image-copy
image-copy: ## Copy an image between registries (FROM=…@sha256:…, NAME=…); its digest stays
	@scripts/image/copy.sh "$$FROM" "$$NAME"

.PHONY: deployed-revisions
deployed-revisions: setup-development ## Print the task definition of each service of an ECS cluster (CLUSTER=…): before a deployment, the way back
	@node scripts/deploy-ecs.ts revisions "$$CLUSTER"

.PHONY: smoke-deployed
smoke-deployed: setup-development ## Play doctor, a small sync and a read as tasks of an ECS cluster (CLUSTER=…)
	@node scripts/deploy-ecs.ts smoke "$$CLUSTER"

.PHONY: deploy-roll-back
deploy-roll-back: setup-development ## Move the services back to what deployed-revisions printed (CLUSTER=…, FORMER=…)
	@node scripts/deploy-ecs.ts roll-back "$$CLUSTER"

.PHONY: release-rehearsal
release-rehearsal: check-image image ## Play a release in containers, on the local services: stories, faults, a rolling deployment
	@eval "$$(node scripts/services.ts start)" && node scripts/rehearse-release.ts '$(IMAGE)'

.PHONY: clean
clean: ## Remove everything that was fetched or built; .data/ stays
	@[ ! -e package.json.kept ] || grep -q '"prepack"' package.json || mv package.json.kept package.json
	@rm -rf node_modules .node .bench dist npm-shrinkwrap.json package.json.kept bio-mcp-*.tgz bio-mcp-*.mcpb bio-mcp-*.cdx.json
