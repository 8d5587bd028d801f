// The ceiling: one producer, one consumer, records of 24 bytes, positions published by release stores in groups of 64.
//
// For each line on standard input, one number of messages, it moves so many and answers with a line of JSON, as every
// measured program does: see bench/contestant.ts.
#include <atomic>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <memory>
#include <thread>

namespace {

struct Quote {
  std::uint32_t id;
  std::int32_t quantity;
  double bid;
  double ask;
};

constexpr std::uint32_t kCapacity = 65536;
constexpr std::uint32_t kMask = kCapacity - 1;
constexpr std::uint32_t kGroup = 64;

struct Ring {
  alignas(128) std::atomic<std::uint32_t> head{0};
  alignas(128) std::atomic<std::uint32_t> tail{0};
  alignas(128) Quote slots[kCapacity];
};

void produce(Ring& ring, std::uint32_t messages) {
  std::uint32_t tail = 0;
  std::uint32_t limit = kCapacity;
  while (tail != messages) {
    while (limit - tail < kGroup) limit = ring.head.load(std::memory_order_acquire) + kCapacity;
    const std::uint32_t end = messages - tail < kGroup ? messages : tail + kGroup;
    for (; tail != end; ++tail) ring.slots[tail & kMask] = {tail, 1, tail * 0.5, tail * 0.25};
    ring.tail.store(tail, std::memory_order_release);
  }
}

double consume(Ring& ring, std::uint32_t messages) {
  double sum = 0;
  for (std::uint32_t head = 0; head != messages;) {
    const std::uint32_t tail = ring.tail.load(std::memory_order_acquire);
    for (; head != tail; ++head) sum += ring.slots[head & kMask].quantity + ring.slots[head & kMask].bid;
    ring.head.store(head, std::memory_order_release);
  }
  return sum;
}

}  // namespace

int main() {
  std::printf("{\"ready\":true}\n");
  std::fflush(stdout);
  std::uint32_t messages = 0;
  while (std::scanf("%u", &messages) == 1) {
    const auto ring = std::make_unique<Ring>();
    const auto started = std::chrono::steady_clock::now();
    std::thread producer([&] { produce(*ring, messages); });
    volatile double sum = consume(*ring, messages);
    (void)sum;
    const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - started;
    producer.join();
    std::printf("{\"value\":%f}\n", messages / seconds.count() / 1e6);
    std::fflush(stdout);
  }
}
