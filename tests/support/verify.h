#pragma once

#include "backend/base/result.h"

#include <QtTest/QtTest>

/// Fails with the error's own words. Looks at its argument once.
#define VERIFY_OK(result) \
    do { \
        const auto &verified = (result); \
        QVERIFY2(verified.has_value(), \
                 verified.has_value() ? "" : qPrintable(Drover::printed(verified.error()))); \
    } while (false)

/// The call must fail with that code.
#define VERIFY_FAILS(result, expected) \
    do { \
        const auto &verified = (result); \
        QVERIFY2(!verified.has_value(), "succeeded where it must fail"); \
        QCOMPARE(QString(Drover::errorName(verified.error().code)), QString(Drover::errorName(expected))); \
    } while (false)
