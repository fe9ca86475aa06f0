# What is installed, and the Debian packages: one for each program, by component.
#   cmake --build build/release --target package
include(GNUInstallDirs)
set(unit_folder lib/systemd/system)

# drover_installed(PROGRAM COMPONENT [MANUAL section] [DESTINATION folder])
function(drover_installed program component)
    cmake_parse_arguments(PARSE_ARGV 2 A "" "MANUAL;DESTINATION" "")
    if(NOT A_DESTINATION)
        set(A_DESTINATION ${CMAKE_INSTALL_BINDIR})
    endif()
    install(TARGETS ${program} DESTINATION ${A_DESTINATION} COMPONENT ${component})
    if(A_MANUAL)
        set(page ${CMAKE_BINARY_DIR}/man/${program}.${A_MANUAL})
        add_custom_command(OUTPUT ${page}.gz
            COMMAND ${CMAKE_COMMAND} -D IN=${CMAKE_SOURCE_DIR}/packaging/man/${program}.${A_MANUAL}.in -D OUT=${page}
                    -D VERSION=${PROJECT_VERSION} -D PROGRAM=$<TARGET_FILE:${program}>
                    -P ${CMAKE_SOURCE_DIR}/packaging/cmake/manual.cmake
            COMMAND gzip -9nkf ${page}
            DEPENDS ${program} ${CMAKE_SOURCE_DIR}/packaging/man/${program}.${A_MANUAL}.in
                    ${CMAKE_SOURCE_DIR}/packaging/cmake/manual.cmake
            VERBATIM)
        add_custom_target(${program}_manual ALL DEPENDS ${page}.gz)
        install(FILES ${page}.gz DESTINATION ${CMAKE_INSTALL_MANDIR}/man${A_MANUAL} COMPONENT ${component})
    endif()
endfunction()

# A file of settings in which every line is its default, from the program itself; `edit` is a sed
# command for what the package sets otherwise.
function(drover_default_settings program component edit)
    set(file ${CMAKE_BINARY_DIR}/settings/${program}.toml)
    add_custom_command(OUTPUT ${file}
        COMMAND ${CMAKE_COMMAND} -E make_directory ${CMAKE_BINARY_DIR}/settings
        COMMAND $<TARGET_FILE:${program}> check --print-defaults > ${file}
        COMMAND sed -i -e "${edit}" ${file}
        DEPENDS ${program} VERBATIM)
    add_custom_target(${program}_settings ALL DEPENDS ${file})
    install(FILES ${file} DESTINATION /etc/drover COMPONENT ${component})
endfunction()

drover_installed(droverd daemon MANUAL 8)
drover_installed(drover-agent agent MANUAL 8)
drover_installed(drover-shim agent DESTINATION libexec/drover)
drover_installed(drover cli MANUAL 1)
drover_installed(drover-console console)
install(FILES packaging/desktop/drover-console.desktop DESTINATION share/applications COMPONENT console)
install(FILES packaging/desktop/drover-console.svg DESTINATION share/icons/hicolor/scalable/apps COMPONENT console)
drover_default_settings(droverd daemon [[s|^# data = .*|data = "/var/lib/drover"|]])
drover_default_settings(drover-agent agent "")
install(FILES packaging/systemd/droverd.service DESTINATION ${unit_folder} COMPONENT daemon)
install(FILES packaging/systemd/drover-agent.service packaging/systemd/drover.slice
        DESTINATION ${unit_folder} COMPONENT agent)
install(FILES packaging/systemd/drover.sysusers DESTINATION lib/sysusers.d RENAME drover.conf COMPONENT daemon)

# Command lines that complete themselves, from the program's own table.
foreach(shell bash zsh)
    set(file ${CMAKE_BINARY_DIR}/completion/${shell})
    add_custom_command(OUTPUT ${file}
        COMMAND ${CMAKE_COMMAND} -E make_directory ${CMAKE_BINARY_DIR}/completion
        COMMAND $<TARGET_FILE:drover> completion ${shell} > ${file} DEPENDS drover VERBATIM)
    add_custom_target(completion_${shell} ALL DEPENDS ${file})
endforeach()
install(FILES ${CMAKE_BINARY_DIR}/completion/bash DESTINATION share/bash-completion/completions RENAME drover COMPONENT cli)
install(FILES ${CMAKE_BINARY_DIR}/completion/zsh DESTINATION share/zsh/vendor-completions RENAME _drover COMPONENT cli)

# Debian wants these two with every package.
set(changelog ${CMAKE_BINARY_DIR}/debian/changelog.gz)
add_custom_command(OUTPUT ${changelog}
    COMMAND ${CMAKE_COMMAND} -E make_directory ${CMAKE_BINARY_DIR}/debian
    COMMAND sh -c "gzip -9nc '${CMAKE_SOURCE_DIR}/packaging/debian/changelog' > '${changelog}'"
    DEPENDS ${CMAKE_SOURCE_DIR}/packaging/debian/changelog VERBATIM)
add_custom_target(debian_changelog ALL DEPENDS ${changelog})
foreach(pair daemon:drover-daemon agent:drover-agent cli:drover console:drover-console)
    string(REPLACE ":" ";" pair ${pair})
    list(GET pair 0 component)
    list(GET pair 1 package)
    install(FILES ${changelog} packaging/debian/copyright DESTINATION share/doc/${package} COMPONENT ${component})
    install(FILES packaging/CHANGELOG.md DESTINATION share/doc/${package} COMPONENT ${component})
endforeach()

set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME drover)
set(CPACK_PACKAGE_VERSION ${PROJECT_VERSION})
set(CPACK_PACKAGE_CONTACT "Drover maintainers <maintainers@drover.example.org>")
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES ON)
set(CPACK_COMPONENTS_ALL daemon agent cli console)
set(CPACK_DEB_COMPONENT_INSTALL ON)
set(CPACK_COMPONENTS_GROUPING IGNORE)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_CONTROL_STRICT_PERMISSION ON)
set(CPACK_DEBIAN_PACKAGE_SECTION admin)
set(CPACK_INSTALL_DEFAULT_DIRECTORY_PERMISSIONS OWNER_READ OWNER_WRITE OWNER_EXECUTE GROUP_READ GROUP_EXECUTE WORLD_READ WORLD_EXECUTE)

set(CPACK_DEBIAN_DAEMON_PACKAGE_NAME drover-daemon)
set(CPACK_DEBIAN_DAEMON_DESCRIPTION "durable queue of tasks for fleets of machines: the daemon
Holds tasks, machines and people, gives tasks to agents, and answers command
lines and consoles over one TLS port. What it acknowledged is on disk.")
set(CPACK_DEBIAN_DAEMON_PACKAGE_DEPENDS "systemd, libqt6sql6-sqlite")
set(CPACK_DEBIAN_DAEMON_PACKAGE_SUGGESTS "postgresql, drover")
set(CPACK_DEBIAN_AGENT_PACKAGE_NAME drover-agent)
set(CPACK_DEBIAN_AGENT_DESCRIPTION "durable queue of tasks for fleets of machines: the agent
Runs the tasks that a Drover daemon gives to this machine, each as a user of
its own, under shims that outlive the agent.")
set(CPACK_DEBIAN_CLI_PACKAGE_NAME drover)
set(CPACK_DEBIAN_CLI_DESCRIPTION "durable queue of tasks for fleets of machines: the command line
Submits tasks, shows them as tables or JSON, and steers them.")
set(CPACK_DEBIAN_CONSOLE_PACKAGE_NAME drover-console)
set(CPACK_DEBIAN_CONSOLE_DESCRIPTION "durable queue of tasks for fleets of machines: the console
A window in which operators see and steer the queues of several daemons, live.")
set(CPACK_DEBIAN_CONSOLE_PACKAGE_DEPENDS "libqt6svg6, fonts-inter, fonts-jetbrains-mono")
set(CPACK_DEBIAN_CONSOLE_PACKAGE_SUGGESTS "drover, openssh-client")
foreach(component DAEMON AGENT)
    string(TOLOWER ${component} folder)
    set(scripts ${CMAKE_SOURCE_DIR}/packaging/debian/${folder})
    set(CPACK_DEBIAN_${component}_PACKAGE_CONTROL_EXTRA
        ${scripts}/postinst ${scripts}/prerm ${scripts}/postrm ${scripts}/conffiles)
endforeach()

include(CPack)
