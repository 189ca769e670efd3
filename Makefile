# SPDX-License-Identifier: Apache-2.0
# The front door. serve and check install what is missing; the rest is cmake and ctest, see CONTRIBUTING.md.

ARGS ?=
PREFIX ?= /usr/local
FUZZ_SECONDS ?= 60
CTEST = ctest --output-on-failure --parallel $(shell nproc)

.PHONY: help serve release check fuzz bench report format install clean

help:
	@echo 'make serve     install what is missing, build, run the server; ARGS="--port 4841"'
	@echo 'make check     install what is missing, build, run every test'
	@echo 'make fuzz      run each fuzzer for FUZZ_SECONDS ($(FUZZ_SECONDS))'
	@echo 'make bench     measure, print the table, write build/bench.json'
	@echo 'make report    put build/bench.json into docs/performance.md and its charts'
	@echo 'make format    format the C files'
	@echo 'make install   install into PREFIX ($(PREFIX)), below DESTDIR'
	@echo 'make clean     remove what was built'

serve: release
	build/release/src/app/uacam serve $(ARGS)

release:
	@tools/setup run
	@cmake --preset release --log-level=NOTICE >/dev/null
	@cmake --build build/release

check:
	tools/setup check
	cmake --preset release --log-level=NOTICE -DUACAM_BENCH=ON
	cmake --build build/release
	cmake --preset fuzz --log-level=NOTICE -DUACAM_FUZZ_SECONDS=3
	cmake --build build/fuzz
	cmake --preset thread --log-level=NOTICE
	cmake --build build/thread
	cmake --preset debug --log-level=NOTICE
	cmake --build build/debug
	$(CTEST) --test-dir build/fuzz --no-tests=error
	$(CTEST) --test-dir build/thread --no-tests=error --label-regex 'unit|load'
	$(CTEST) --test-dir build/debug --no-tests=error

fuzz:
	tools/setup check
	cmake --preset fuzz --log-level=NOTICE -DUACAM_FUZZ_SECONDS=$(FUZZ_SECONDS)
	cmake --build build/fuzz
	$(CTEST) --test-dir build/fuzz --no-tests=error

bench:
	tools/setup bench
	cmake --preset release --log-level=NOTICE -DUACAM_BENCH=ON
	cmake --build build/release
	bench/run build/release

report:
	bench/report

format:
	tools/format

install: release
	cmake --install build/release --prefix $(PREFIX)

clean:
	rm -rf build
