# The three functions every CMakeLists.txt of this tree is written with:
#   drover_room(NAME USES room... [LIBS lib...] SOURCES file...)
#   drover_program(NAME USES room... [LIBS lib...] SOURCES file...)
#   drover_test(NAME USES room... [LIBS lib...] SOURCES file... [LABELS label...] [TIMEOUT seconds])
# A room is a static library named drover_<NAME>; what it uses, its users may use (arrows are transitive).

add_library(drover_options INTERFACE)
target_compile_features(drover_options INTERFACE cxx_std_20)
target_include_directories(drover_options INTERFACE ${CMAKE_SOURCE_DIR})
target_compile_options(drover_options INTERFACE
    -Wall -Wextra -Wpedantic -Wshadow -Wnon-virtual-dtor -Woverloaded-virtual -Wcast-align -Wno-missing-field-initializers
    $<$<BOOL:${DROVER_WARNINGS_AS_ERRORS}>:-Werror>)
if(DROVER_SANITIZE)
    target_compile_options(drover_options INTERFACE -fsanitize=${DROVER_SANITIZE} -fno-omit-frame-pointer)
    target_link_options(drover_options INTERFACE -fsanitize=${DROVER_SANITIZE})
endif()
if(DROVER_FUZZ)
    target_compile_options(drover_options INTERFACE -fsanitize=fuzzer-no-link)
endif()
find_program(DROVER_MOLD mold)
if(DROVER_MOLD)
    target_link_options(drover_options INTERFACE -fuse-ld=mold)
endif()

# Strict defines of Qt; tests keep plain literals.
add_library(drover_strict INTERFACE)
target_compile_definitions(drover_strict INTERFACE
    QT_NO_CAST_FROM_ASCII QT_NO_CAST_TO_ASCII QT_NO_URL_CAST_FROM_STRING QT_NO_FOREACH
    QT_STRICT_ITERATORS QT_DISABLE_DEPRECATED_BEFORE=0x060400)

set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_AUTOMOC ON)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/bin)

function(drover_finish target)
    cmake_parse_arguments(PARSE_ARGV 1 A "" "" "USES;LIBS")
    set(rooms ${A_USES})
    list(TRANSFORM rooms PREPEND drover_)
    target_link_libraries(${target} PUBLIC drover_options ${rooms} ${A_LIBS})
    if(DROVER_PCH)
        target_precompile_headers(${target} PRIVATE ${CMAKE_SOURCE_DIR}/packaging/cmake/precompiled.h)
    endif()
endfunction()

function(drover_room name)
    cmake_parse_arguments(PARSE_ARGV 1 A "" "" "USES;LIBS;SOURCES")
    add_library(drover_${name} STATIC ${A_SOURCES})
    drover_finish(drover_${name} USES ${A_USES} LIBS ${A_LIBS} Qt6::Core)
    target_link_libraries(drover_${name} PRIVATE drover_strict)
endfunction()

function(drover_program name)
    cmake_parse_arguments(PARSE_ARGV 1 A "" "" "USES;LIBS;SOURCES")
    add_executable(${name} ${A_SOURCES})
    drover_finish(${name} USES ${A_USES} LIBS ${A_LIBS})
    target_link_libraries(${name} PRIVATE drover_strict)
endfunction()

function(drover_test name)
    cmake_parse_arguments(PARSE_ARGV 1 A "" "TIMEOUT" "USES;LIBS;SOURCES;LABELS;DEPENDS")
    add_executable(${name} ${A_SOURCES})
    drover_finish(${name} USES ${A_USES} LIBS ${A_LIBS} Qt6::Test)
    target_compile_definitions(${name} PRIVATE DROVER_SOURCE_DIR="${CMAKE_SOURCE_DIR}" DROVER_BIN_DIR="${CMAKE_BINARY_DIR}/bin")
    set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY ${CMAKE_BINARY_DIR}/tests)
    if(A_DEPENDS)
        add_dependencies(${name} ${A_DEPENDS})
    endif()
    add_test(NAME ${name} COMMAND ${name})
    if(NOT A_TIMEOUT)
        set(A_TIMEOUT 120)
    endif()
    set_tests_properties(${name} PROPERTIES TIMEOUT ${A_TIMEOUT} LABELS "${A_LABELS}"
        ENVIRONMENT "QT_QPA_PLATFORM=offscreen;LC_ALL=C.UTF-8")
endfunction()
