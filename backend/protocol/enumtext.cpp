#include "backend/protocol/enumtext.h"

#include <deque>
#include <mutex>
#include <string>

namespace Drover {

namespace {

constexpr size_t mostForeignWords = 1000;
std::mutex foreignMutex; // guards foreignWords; deque, so that handed-out views stay valid
std::deque<std::string> foreignWords;

} // namespace

int foreignEnumValue(std::string_view word)
{
    const std::lock_guard lock(foreignMutex);
    for (size_t i = 0; i < foreignWords.size(); ++i) {
        if (foreignWords[i] == word)
            return firstForeignEnumValue + int(i);
    }
    if (foreignWords.size() >= mostForeignWords || word.size() > 64)
        return -1;
    foreignWords.emplace_back(word);
    return firstForeignEnumValue + int(foreignWords.size()) - 1;
}

std::string_view foreignEnumWord(int value)
{
    const std::lock_guard lock(foreignMutex);
    const int index = value - firstForeignEnumValue;
    if (index < 0 || size_t(index) >= foreignWords.size())
        return "unknown";
    return foreignWords[size_t(index)];
}

} // namespace Drover
