# Used by libzmq's find_package(sodium) in place of its own module, which needs pkg-config and would take the host's
# libsodium. Only the header is looked for: an archive links nothing, cargo links libsodium afterwards.

if(SODIUM_INCLUDE)
  find_path(SODIUM_INCLUDE_DIRS sodium.h PATHS "${SODIUM_INCLUDE}" NO_DEFAULT_PATH NO_CMAKE_FIND_ROOT_PATH)
else()
  find_path(SODIUM_INCLUDE_DIRS sodium.h)
endif()

if(NOT SODIUM_INCLUDE_DIRS)
  message(FATAL_ERROR "sodium.h was not found (SODIUM_INCLUDE='${SODIUM_INCLUDE}'); CURVE cannot be built without it")
endif()

set(SODIUM_FOUND TRUE)
set(sodium_FOUND TRUE)
set(SODIUM_LIBRARIES "")
