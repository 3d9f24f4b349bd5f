/* The time that a dissector is given: pcapkit.dissector.clock, to the bit, rounding far away included. */
#ifndef PCAPKIT_CLOCK_H
#define PCAPKIT_CLOCK_H

#include <math.h>
#include <stdint.h>

/* `time` and `first` in nanoseconds; the result is from 0 to 2**52 - 1. */
static int64_t clock_of(int64_t time, int64_t first) {
    uint64_t size = time < first ? (uint64_t)first - (uint64_t)time : (uint64_t)time - (uint64_t)first;
    if (size < 1ULL << 51)
        return (int64_t)((time < first ? 0 - size : size) & ((1ULL << 52) - 1));
    double seconds = (double)(size / 1000000000) + (double)(size % 1000000000) / 1e9;
    double rest = fmod(floor((time < first ? -seconds : seconds) * 1e9 + 0.5), 4503599627370496.0);
    return (int64_t)(rest < 0 ? rest + 4503599627370496.0 : rest);
}

#endif
