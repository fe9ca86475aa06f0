# cmake -D IN=… -D OUT=… -D VERSION=… -D PROGRAM=… -P manual.cmake: a manual page whose text is what the
# program itself says, so that it cannot be behind.
function(said variable)
    execute_process(COMMAND ${PROGRAM} ${ARGN} OUTPUT_VARIABLE text COMMAND_ERROR_IS_FATAL ANY)
    string(REPLACE "\\" "\\e" text "${text}")
    string(REPLACE "-" "\\-" text "${text}")
    string(REGEX REPLACE "(^|\n)([.'])" "\\1\\\\&\\2" text "${text}")
    set(${variable} "${text}" PARENT_SCOPE)
endfunction()

get_filename_component(name ${PROGRAM} NAME)
if(name STREQUAL "drover")
    said(HELP help)
    said(FILTER help filter)
    said(SPEC help spec)
else()
    said(HELP --help)
endif()
configure_file(${IN} ${OUT} @ONLY)
