// What moving bytes costs at the least: 256-byte records are copied into a ring of 4096 and out of it. `memcpy <threads>`: one thread
// fills the ring, then empties it; of two, one fills a half while the other empties the other half.
//
// For each line on standard input, one number of messages, it answers with a line of JSON, as every measured program does: see
// bench/contestant.ts. A message is both copies.
#include <atomic>
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <thread>

namespace {

constexpr std::size_t kBytes = 256;
constexpr std::uint32_t kSlots = 4096;
constexpr std::uint32_t kHalf = kSlots / 2;

struct Halves {
  alignas(128) std::atomic<std::uint32_t> filled{0};
  alignas(128) std::atomic<std::uint32_t> emptied{0};
};

/// The compiler must believe that somebody reads and changes what it points at.
void use(void* memory) { asm volatile("" : : "r"(memory) : "memory"); }

void fill(unsigned char* slots, std::uint32_t count) {
  alignas(64) unsigned char record[kBytes] = {};
  for (std::uint32_t slot = 0; slot < count; ++slot) {
    use(record);
    std::memcpy(slots + slot * kBytes, record, kBytes);
  }
}

void empty(const unsigned char* slots, std::uint32_t count) {
  alignas(64) unsigned char record[kBytes];
  for (std::uint32_t slot = 0; slot < count; ++slot) {
    std::memcpy(record, slots + slot * kBytes, kBytes);
    use(record);
  }
}

void on_one_thread(unsigned char* ring, std::uint32_t messages) {
  for (std::uint32_t copied = 0; copied < messages; copied += kSlots) {
    fill(ring, kSlots);
    empty(ring, kSlots);
  }
}

void on_two_threads(unsigned char* ring, std::uint32_t messages) {
  const std::uint32_t halves = messages / kHalf;
  Halves count;
  std::thread filler([&] {
    for (std::uint32_t half = 0; half < halves; ++half) {
      while (half - count.emptied.load(std::memory_order_acquire) == 2) {
      }
      fill(ring + (half & 1) * kHalf * kBytes, kHalf);
      count.filled.store(half + 1, std::memory_order_release);
    }
  });
  for (std::uint32_t half = 0; half < halves; ++half) {
    while (count.filled.load(std::memory_order_acquire) == half) {
    }
    empty(ring + (half & 1) * kHalf * kBytes, kHalf);
    count.emptied.store(half + 1, std::memory_order_release);
  }
  filler.join();
}

}  // namespace

int main(int count, char** arguments) {
  const bool is_one = count == 2 && std::atoi(arguments[1]) == 1;
  const auto ring = std::make_unique<unsigned char[]>(kSlots * kBytes);
  std::printf("{\"ready\":true}\n");
  std::fflush(stdout);
  std::uint32_t asked = 0;
  while (std::scanf("%u", &asked) == 1) {
    const std::uint32_t messages = asked / kSlots * kSlots;
    const auto started = std::chrono::steady_clock::now();
    if (is_one) {
      on_one_thread(ring.get(), messages);
    } else {
      on_two_threads(ring.get(), messages);
    }
    const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - started;
    std::printf("{\"value\":%f}\n", messages / seconds.count() / 1e6);
    std::fflush(stdout);
  }
}
