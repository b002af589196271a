# What people and CI run. Needs JDK 25 (found by scripts/java-home), Maven and Python 3, and
# `make test` Go; fetches all else by itself.

MVN ?= mvn
EXAMPLE ?= examples/bookstore
MAVEN = $(MVN) -B -ntp
NEED_JDK = $(eval JAVA_HOME := $(shell scripts/java-home))$(if $(JAVA_HOME),,$(error no JDK 25))
export JAVA_HOME

.DEFAULT_GOAL := help
.PHONY: help build mesh demo test test-cluster cluster-up cluster-down images images-load test-long bench bench-build bench-telemetry bench-stages bench-data-plane profile check golden fmt run clean

help: ## show this help
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /  make \1\t/' | expand -t 20

build: ## build bin/weir
	@scripts/needs
	@$(NEED_JDK)
	@$(MAVEN) -q package -DskipTests -pl cli -am
	@scripts/aot-cache

mesh:
	@scripts/needs mesh

demo: mesh build ## run the bookstore mesh and walk a canary through it
	@bin/weir demo

run: mesh build ## run a mesh: make run EXAMPLE=examples/bookstore
	@bin/weir run $(EXAMPLE)

images: build ## build the container images into build/images
	@scripts/images build

images-load: build ## build the images and load them into the node of make cluster-up
	@scripts/images load

check: ## format, compile, unit and golden tests: under 3 minutes
	@scripts/stages check

test: ## every test, with a real kube-apiserver and real Envoys, the oldest and the newest
	@scripts/stages test

test-cluster: ## the tests on a real node: our own, or the cluster of KUBECONFIG with the images loaded
	@scripts/stages test-cluster

cluster-up: ## start a Kubernetes cluster of one node on this machine, as root
	@scripts/cluster up

cluster-down: ## end it and remove what it left
	@scripts/cluster down

test-long: ## the tests that take minutes each
	@scripts/stages test-long

bench-build: mesh
	@$(NEED_JDK)
	@$(MAVEN) -q package -DskipTests -Pbench -pl bench,cli -am
	@scripts/aot-cache

bench: bench-build ## how fast changes reach many sidecars; ARGS="--clients 100 --repetitions 1" is a try, ARGS=--help tells all
	@scripts/bench $(ARGS)

bench-stages: bench-build ## what each stage of a push takes alone, by JMH; ARGS=-h tells its options
	@"$(JAVA_HOME)/bin/java" --sun-misc-unsafe-memory-access=allow -cp bench/target/bench.jar org.openjdk.jmh.Main -jvmArgs "-XX:+UseSerialGC -XX:+UseCompactObjectHeaders --sun-misc-unsafe-memory-access=allow" $(ARGS)

profile: bench-build ## flame graphs of a push into build/profile; ARGS as for bench
	@scripts/profile $(ARGS)

bench-telemetry: mesh build ## what telemetry costs sidecars: about 15 minutes; ARGS="--repetitions 2 --seconds 5" is a try
	@scripts/bench-telemetry $(ARGS)

bench-data-plane: mesh build ## what a request costs, beside the least that gives mTLS, by wrk: about 5 minutes
	@scripts/bench-data-plane $(ARGS)

golden: ## write the golden files anew; read the difference before committing it
	@$(NEED_JDK)
	@$(MAVEN) test -pl control-plane,telemetry -am -Dgolden.update=true -DexcludedGroups=envoy '-Dtest=GoldenTest,MetricsGoldenTest,EdgeMetricsTest' -Dsurefire.failIfNoSpecifiedTests=false

fmt: ## format the sources
	@$(NEED_JDK)
	@$(MAVEN) -q spotless:apply

clean: ## remove what was built
	@rm -rf target */target
