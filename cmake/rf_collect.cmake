# SPDX-License-Identifier: Apache-2.0
# What is built from all rooms together: the fuzz targets, the benchmarks, and each header on its own.

get_property(rf_rooms GLOBAL PROPERTY RF_ROOMS)

get_property(rf_fuzzers GLOBAL PROPERTY RF_FUZZERS)
add_custom_target(fuzzers DEPENDS ${rf_fuzzers})
string(REPLACE ";" "\n" rf_fuzzer_lines "${rf_fuzzers}")
file(WRITE ${CMAKE_BINARY_DIR}/fuzzers.txt "${rf_fuzzer_lines}\n")

get_property(rf_benches GLOBAL PROPERTY RF_BENCHES)
add_custom_target(benches DEPENDS ${rf_benches})

# headers_alone: one source for each header that includes nothing else, so that every header proves it compiles alone.
set(rf_alone ${CMAKE_BINARY_DIR}/generated/alone)
file(GLOB_RECURSE rf_headers CONFIGURE_DEPENDS RELATIVE ${CMAKE_SOURCE_DIR}/src ${CMAKE_SOURCE_DIR}/src/*.h)
set(rf_alone_sources)
foreach(header IN LISTS rf_headers)
  set(source ${rf_alone}/${header}.cpp)
  if(NOT EXISTS ${source})
    file(WRITE ${source} "#include \"${header}\"\n")
  endif()
  list(APPEND rf_alone_sources ${source})
endforeach()
if(rf_alone_sources)
  add_library(headers_alone OBJECT EXCLUDE_FROM_ALL ${rf_alone_sources})
  target_link_libraries(headers_alone PRIVATE rf_flags)
  target_compile_options(headers_alone PRIVATE -O0 -g0)
  foreach(room IN LISTS rf_rooms)
    target_link_libraries(headers_alone PRIVATE rf_${room})
  endforeach()
endif()
