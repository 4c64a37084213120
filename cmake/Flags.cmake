# opts::warnings and opts::hardening, linked PRIVATE by every target of ours; nothing goes into CMAKE_C_FLAGS.
include(CheckCCompilerFlag)
include(CheckLinkerFlag)

add_library(opts_warnings INTERFACE)
add_library(opts::warnings ALIAS opts_warnings)
target_compile_options(opts_warnings INTERFACE
  -Wall -Wextra -Wpedantic -Wconversion -Wsign-conversion -Wshadow -Wformat=2 -Wundef -Wvla -Wcast-qual -Wwrite-strings
  -Wnull-dereference -Wimplicit-fallthrough
  $<$<COMPILE_LANGUAGE:C>:-Wstrict-prototypes -Wmissing-prototypes -Werror=implicit -Werror=incompatible-pointer-types -Werror=int-conversion>)
if(THRESHER_WERROR)
  target_compile_options(opts_warnings INTERFACE -Werror)
endif()
target_compile_definitions(opts_warnings INTERFACE _POSIX_C_SOURCE=200809L)

add_library(opts_hardening INTERFACE)
add_library(opts::hardening ALIAS opts_hardening)
# Frame pointers cost a register, a hundredth of the time of extraction; a release is unwound by its tables.
target_compile_options(opts_hardening INTERFACE -fno-strict-aliasing $<$<NOT:$<CONFIG:Release>>:-fno-omit-frame-pointer>)
if(THRESHER_SANITIZE)
  target_compile_options(opts_hardening INTERFACE -fsanitize=address,undefined -fno-sanitize-recover=all)
  target_link_options(opts_hardening INTERFACE -fsanitize=address,undefined)
  target_compile_definitions(opts_hardening INTERFACE THRESHER_SANITIZED=1)
endif()
if(THRESHER_TSAN)
  target_compile_options(opts_hardening INTERFACE -fsanitize=thread)
  target_link_options(opts_hardening INTERFACE -fsanitize=thread)
  target_compile_definitions(opts_hardening INTERFACE THRESHER_SANITIZED=1)
endif()
if(THRESHER_COVERAGE)
  target_compile_options(opts_hardening INTERFACE --coverage -fprofile-update=atomic)
  target_link_options(opts_hardening INTERFACE --coverage)
endif()
if(THRESHER_FUZZ)
  target_compile_options(opts_hardening INTERFACE -fsanitize=fuzzer-no-link)
endif()
if(THRESHER_HARDENING AND NOT THRESHER_SANITIZE)
  # OpenSSF compiler options hardening guide, edition 2026-06-30.
  target_compile_options(opts_hardening INTERFACE -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=3)
  foreach(flag -fstrict-flex-arrays=3 -fstack-clash-protection -fstack-protector-strong -fcf-protection=full
               -ftrivial-auto-var-init=zero -fno-strict-overflow -fno-delete-null-pointer-checks -fexceptions)
    string(MAKE_C_IDENTIFIER "have${flag}" var)
    check_c_compiler_flag("-Werror ${flag}" ${var})
    if(${var})
      target_compile_options(opts_hardening INTERFACE ${flag})
    endif()
  endforeach()
  target_link_options(opts_hardening INTERFACE -pie -Wl,-z,relro,-z,now,-z,noexecstack,-z,nodlopen -Wl,--as-needed)
endif()

# thresher_target(NAME): the options every target of ours has.
function(thresher_target name)
  target_link_libraries(${name} PRIVATE opts::warnings opts::hardening)
  if(THRESHER_TIDY)
    set_target_properties(${name} PROPERTIES C_CLANG_TIDY "clang-tidy;--quiet")
  endif()
endfunction()
