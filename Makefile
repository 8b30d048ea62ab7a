# make run     builds and starts the server       make test    runs every test
# make lint    formatting, lints and types        make help    lists the rest

target := $(or $(CARGO_TARGET_DIR),target)
browser := tests/browser

.PHONY: help run test lint format web setup protocol runner-images engine clean

help: ## This list
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/\1\t\2/p' Makefile | expand -t 16

run: ## Build everything and serve, with whatever is missing installed first
	scripts/setup --run
	$(MAKE) web
	cargo build --release --locked
	@if host=$$(scripts/docker-engine); then \
	  export DOCKER_HOST="$$host"; \
	  scripts/runner-images || echo "make: without these images code cannot be run; everything else works" >&2; \
	else \
	  echo "make: without a Docker engine code cannot be run; everything else works" >&2; \
	fi; \
	exec $(target)/release/porthole

test: export TS_RS_EXPORT_DIR := $(abspath $(target))/protocol
test: setup web ## Run every test: Rust, web client, protocol, browser
	DOCKER_HOST="$$(scripts/docker-engine)" scripts/runner-images
	rm -rf '$(TS_RS_EXPORT_DIR)'
	cargo nextest run --workspace --locked
	cargo test --doc --workspace --locked
	@diff -r '$(TS_RS_EXPORT_DIR)' web/src/protocol || \
	  { echo "make: web/src/protocol is not what the Rust types say: run make protocol" >&2; exit 1; }
	npm --prefix web test
	if [ -f $(browser)/package.json ]; then $(MAKE) browser-test; fi

.PHONY: browser-test
browser-test: web $(browser)/node_modules/.package-lock.json ## Run the browser tests only
	cargo build --locked
	DOCKER_HOST="$$(scripts/docker-engine)" npm --prefix $(browser) test

lint: web/node_modules/.package-lock.json ## Check formatting, lints and types
	cargo fmt --all --check
	cargo clippy --workspace --all-targets --locked -- -D warnings
	npm --prefix web run lint
	cd web && npx tsc --noEmit
	if [ -f $(browser)/package.json ]; then $(MAKE) browser-lint; fi

.PHONY: browser-lint
browser-lint: $(browser)/node_modules/.package-lock.json
	npm --prefix $(browser) run check

format: web/node_modules/.package-lock.json ## Format the code
	cargo fmt --all
	npm --prefix web run format

setup: ## Install what building, running and testing need
	scripts/setup

web: web/node_modules/.package-lock.json ## Build the web client
	npm --prefix web run build

%/node_modules/.package-lock.json: %/package.json %/package-lock.json
	npm --prefix $* ci
	@touch $@

protocol: ## Write the TypeScript types of the protocol anew
	cargo test --locked --lib export_bindings

engine: ## Make sure that a Docker engine answers
	@scripts/docker-engine

runner-images: ## Build the images that code runs in
	scripts/runner-images

clean: ## Remove what was built, but no data
	cargo clean
	rm -rf web/dist web/node_modules $(browser)/node_modules
