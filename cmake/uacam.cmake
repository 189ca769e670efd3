# SPDX-License-Identifier: Apache-2.0
# How floors, unit tests and fuzzers are declared.

# uacam_floor(NAME SOURCES file... [LINKS library...]): the static library uacam_NAME of src/NAME.
function(uacam_floor name)
  cmake_parse_arguments(PARSE_ARGV 1 ARG "" "" "SOURCES;LINKS")
  add_library(uacam_${name} STATIC ${ARG_SOURCES})
  target_include_directories(uacam_${name} PUBLIC ${PROJECT_SOURCE_DIR}/src)
  target_link_libraries(uacam_${name} PUBLIC ${ARG_LINKS})
  if(UACAM_FUZZ)
    target_compile_options(uacam_${name} PRIVATE -fsanitize=fuzzer-no-link)
  endif()
endfunction()

# uacam_camera_module(NAME SOURCES file... [LINKS library...]): the module NAME.so of src/camera/module.h, found by a
# build in src/app/modules. What it needs of the floors comes from the program that loads it. Its objects are the
# library uacam_NAME, for tests that do without loading.
function(uacam_camera_module name)
  cmake_parse_arguments(PARSE_ARGV 1 ARG "" "" "SOURCES;LINKS")
  add_library(uacam_${name} OBJECT ${ARG_SOURCES})
  set_target_properties(uacam_${name} PROPERTIES POSITION_INDEPENDENT_CODE ON)
  target_include_directories(uacam_${name} PUBLIC ${PROJECT_SOURCE_DIR}/src)
  target_link_libraries(uacam_${name} PUBLIC ${ARG_LINKS})
  add_library(uacam_${name}_module MODULE)
  target_link_libraries(uacam_${name}_module PRIVATE uacam_${name})
  set_target_properties(uacam_${name}_module PROPERTIES PREFIX "" OUTPUT_NAME ${name} LINKER_LANGUAGE C
                        LIBRARY_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/src/app/modules)
  install(TARGETS uacam_${name}_module LIBRARY DESTINATION ${CMAKE_INSTALL_LIBDIR}/uacam)
endfunction()

# uacam_unit_test(FLOOR NOUN [FAILING_MALLOC] [LINKS library...]): test/unit/FLOOR/test_NOUN.c as a ctest "unit" test.
# FAILING_MALLOC routes the allocations of the test through test/support/failing_malloc.c.
function(uacam_unit_test floor noun)
  cmake_parse_arguments(PARSE_ARGV 2 ARG "FAILING_MALLOC" "" "LINKS")
  set(target test_${floor}_${noun})
  add_executable(${target} ${PROJECT_SOURCE_DIR}/test/unit/${floor}/test_${noun}.c)
  target_include_directories(${target} PRIVATE ${PROJECT_SOURCE_DIR}/test)
  target_link_libraries(${target} PRIVATE uacam_${floor} ${ARG_LINKS} cmocka)
  if(ARG_FAILING_MALLOC)
    target_sources(${target} PRIVATE ${PROJECT_SOURCE_DIR}/test/support/failing_malloc.c)
    target_link_options(${target} PRIVATE -Wl,--wrap=malloc,--wrap=calloc,--wrap=realloc)
  endif()
  add_test(NAME unit/${floor}/${noun} COMMAND ${target})
  set_tests_properties(unit/${floor}/${noun} PROPERTIES LABELS unit TIMEOUT 120)
endfunction()

# uacam_fuzzer(FLOOR NOUN [LINKS library...]): test/fuzz/fuzz_NOUN.c with the seeds of test/fuzz/seeds/NOUN.
# In a fuzz build a libFuzzer binary that grows its corpus for UACAM_FUZZ_SECONDS; otherwise a program that runs
# the seeds once. Either way a ctest "fuzz" test.
# Does nothing for a floor outside UACAM_FLOORS.
function(uacam_fuzzer floor noun)
  if(NOT TARGET uacam_${floor})
    return()
  endif()
  cmake_parse_arguments(PARSE_ARGV 2 ARG "" "" "LINKS")
  set(target fuzz_${noun})
  add_executable(${target} ${PROJECT_SOURCE_DIR}/test/fuzz/fuzz_${noun}.c)
  target_include_directories(${target} PRIVATE ${PROJECT_SOURCE_DIR}/test)
  target_link_libraries(${target} PRIVATE uacam_${floor} ${ARG_LINKS})
  set(seeds ${PROJECT_SOURCE_DIR}/test/fuzz/seeds/${noun})
  if(UACAM_FUZZ)
    set(corpus ${PROJECT_BINARY_DIR}/corpus/${noun})
    file(MAKE_DIRECTORY ${corpus})
    target_link_options(${target} PRIVATE -fsanitize=fuzzer)
    add_test(NAME fuzz/${noun} COMMAND ${target} -max_total_time=${UACAM_FUZZ_SECONDS} -timeout=10
             -artifact_prefix=${corpus}- ${corpus} ${seeds})
    math(EXPR limit "${UACAM_FUZZ_SECONDS} + 120")
  else()
    target_sources(${target} PRIVATE ${PROJECT_SOURCE_DIR}/test/support/run_seeds.c)
    add_test(NAME fuzz/${noun} COMMAND ${target} ${seeds})
    set(limit 120)
  endif()
  set_tests_properties(fuzz/${noun} PROPERTIES LABELS fuzz TIMEOUT ${limit})
endfunction()
