// The ceiling: one producer, one consumer, positions published by release stores in groups of 64. `ring <bytes> <slots>`.
//
// For each line on standard input, one number of messages, it moves so many and answers with a line of JSON, as every
// measured program does: see bench/contestant.ts.
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <thread>

#include "ring.h"

namespace {

constexpr std::uint32_t kGroup = 64;

template <std::size_t Bytes>
void produce(Ring<Bytes>& ring, std::uint32_t messages) {
  Payload<Bytes> payload;
  for (double& value : payload.values) value = 0.25;
  std::uint32_t tail = 0;
  std::uint32_t limit = ring.capacity;
  while (tail != messages) {
    while (limit - tail < kGroup) limit = ring.head.load(std::memory_order_acquire) + ring.capacity;
    const std::uint32_t end = messages - tail < kGroup ? messages : tail + kGroup;
    for (; tail != end; ++tail) {
      payload.values[0] = tail;
      payload.values[1] = tail * 0.5;
      ring.slots[tail & ring.mask] = payload;
    }
    ring.tail.store(tail, std::memory_order_release);
  }
}

template <std::size_t Bytes>
double consume(Ring<Bytes>& ring, std::uint32_t messages) {
  double sum = 0;
  for (std::uint32_t head = 0; head != messages;) {
    const std::uint32_t tail = ring.tail.load(std::memory_order_acquire);
    for (; head != tail; ++head) {
      const double(&values)[Bytes / sizeof(double)] = ring.slots[head & ring.mask].values;
      sum += values[0] + values[1];
    }
    ring.head.store(head, std::memory_order_release);
  }
  return sum;
}

template <std::size_t Bytes>
int serve(std::uint32_t slots) {
  std::printf("{\"ready\":true}\n");
  std::fflush(stdout);
  std::uint32_t messages = 0;
  while (std::scanf("%u", &messages) == 1) {
    const auto ring = std::make_unique<Ring<Bytes>>(slots);
    const auto started = std::chrono::steady_clock::now();
    std::thread producer([&] { produce(*ring, messages); });
    volatile double sum = consume(*ring, messages);
    (void)sum;
    const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - started;
    producer.join();
    std::printf("{\"value\":%f}\n", messages / seconds.count() / 1e6);
    std::fflush(stdout);
  }
  return 0;
}

}  // namespace

int main(int count, char** arguments) {
  const int bytes = count == 3 ? std::atoi(arguments[1]) : 0;
  const auto slots = static_cast<std::uint32_t>(count == 3 ? std::atoi(arguments[2]) : 0);
  switch (bytes) {
    case 16: return serve<16>(slots);
    case 24: return serve<24>(slots);
    case 64: return serve<64>(slots);
    case 256: return serve<256>(slots);
    default: std::fprintf(stderr, "usage: ring <16|24|64|256> <slots, a power of two>\n"); return 2;
  }
}
