#pragma once

#include "backend/base/result.h"

#include <QtTest/QtTest>

/// Fails with the error's own words.
#define VERIFY_OK(result) \
    QVERIFY2((result).has_value(), \
             (result).has_value() ? "" : qPrintable(Drover::printed((result).error())))

/// The call must fail with that code.
#define VERIFY_FAILS(result, expected) \
    do { \
        QVERIFY2(!(result).has_value(), "succeeded where it must fail"); \
        QCOMPARE(QString(Drover::errorName((result).error().code)), QString(Drover::errorName(expected))); \
    } while (false)
