#pragma once

#include "backend/base/error.h"

#include <tl/expected.hpp>

namespace Drover {

/// A value, or why there is none. The caller handles, adds context, or hands on, visibly:
/// `if (!task) return task.error();`
template<typename T>
class [[nodiscard]] Result : public tl::expected<T, Error>
{
    using Base = tl::expected<T, Error>;

public:
    using Base::Base;
    Result(Base other) : Base(std::move(other)) {} // from map() and friends
    Result(Error error) : Base(tl::unexpect, std::move(error)) {}
};

inline Error fail(ErrorCode code, QString message)
{
    return Error {.code = code, .message = std::move(message)};
}

} // namespace Drover
