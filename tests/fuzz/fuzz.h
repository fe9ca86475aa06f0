#pragma once

#include <QtCore/QByteArray>

#include <cstddef>
#include <cstdint>

/// What libFuzzer and the driver of ours call: must return 0, and may do anything but crash, hang or
/// eat memory. What it finds wrong it says by abort().
extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

inline QByteArray bytesOf(const uint8_t *data, size_t size)
{
    return {reinterpret_cast<const char *>(data), qsizetype(size)};
}

/// A promise of the code under test.
#define PROMISE(condition) \
    do { \
        if (!(condition)) { \
            qFatal("broken promise: %s", #condition); \
        } \
    } while (false)
