// What moving bytes costs at the least: one thread copies 256-byte records into a ring of 4096 and, once it is full, out of it.
//
// For each line on standard input, one number of messages, it answers with a line of JSON, as every measured program does: see
// bench/contestant.ts. A message is both copies.
#include <chrono>
#include <cstdint>
#include <cstdio>
#include <cstring>
#include <memory>

namespace {

constexpr std::size_t kBytes = 256;
constexpr std::uint32_t kSlots = 4096;

/// The compiler must believe that somebody reads and changes what it points at.
void use(void* memory) { asm volatile("" : : "r"(memory) : "memory"); }

void copy(unsigned char* ring, unsigned char* record, std::uint32_t messages) {
  for (std::uint32_t copied = 0; copied < messages; copied += kSlots) {
    const std::uint32_t count = messages - copied < kSlots ? messages - copied : kSlots;
    for (std::uint32_t slot = 0; slot < count; ++slot) {
      use(record);
      std::memcpy(ring + slot * kBytes, record, kBytes);
    }
    for (std::uint32_t slot = 0; slot < count; ++slot) {
      std::memcpy(record, ring + slot * kBytes, kBytes);
      use(record);
    }
  }
}

}  // namespace

int main() {
  const auto ring = std::make_unique<unsigned char[]>(kSlots * kBytes);
  alignas(64) unsigned char record[kBytes] = {};
  std::printf("{\"ready\":true}\n");
  std::fflush(stdout);
  std::uint32_t messages = 0;
  while (std::scanf("%u", &messages) == 1) {
    const auto started = std::chrono::steady_clock::now();
    copy(ring.get(), record, messages);
    const std::chrono::duration<double> seconds = std::chrono::steady_clock::now() - started;
    std::printf("{\"value\":%f}\n", messages / seconds.count() / 1e6);
    std::fflush(stdout);
  }
}
