// A ring for one producer and one consumer, as plain as it can be made: positions that only grow, each on a line of its own.
#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>

/// A record of so many bytes, in numbers of 8.
template <std::size_t Bytes>
struct Payload {
  double values[Bytes / sizeof(double)];
};

template <std::size_t Bytes>
struct Ring {
  explicit Ring(std::uint32_t capacity_slots)
      : capacity(capacity_slots), mask(capacity_slots - 1), slots(new Payload<Bytes>[capacity_slots]()) {}

  alignas(128) std::atomic<std::uint32_t> head{0};
  alignas(128) std::atomic<std::uint32_t> tail{0};
  alignas(128) const std::uint32_t capacity;
  const std::uint32_t mask;
  const std::unique_ptr<Payload<Bytes>[]> slots;
};
