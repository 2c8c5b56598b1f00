import Glibc

/// Sorts keys of one length in place, as big-endian numbers, by their bytes from the front.
///
/// One pass for each byte in which keys still agree, at most as many as they are long, whatever is in them: a
/// list that somebody has prepared is sorted in proportional time too.
struct KeySort {
    /// Up to so many keys are put in order one by one.
    private static let few = 12

    let keys: UnsafeMutableRawPointer
    let length: Int

    func sort(_ range: Range<Int>, from byte: Int = 0) {
        guard range.count > Self.few else { return self.insert(range) }
        guard byte < self.length else { return }
        withUnsafeTemporaryAllocation(of: Int.self, capacity: 512) { places in
            // The next place of each value, and the end of its places.
            let (next, end) = (places.extracting(..<256), places.extracting(256...))
            next.initialize(repeating: 0)
            end.initialize(repeating: 0)
            for index in range { end[self.value(index, byte)] += 1 }
            var place = range.lowerBound
            for value in 0..<256 {
                next[value] = place
                place += end[value]
                end[value] = place
            }
            for value in 0..<256 {
                while next[value] < end[value] {
                    let other = self.value(next[value], byte)
                    if other != value { self.swap(next[value], next[other]) }
                    next[other] += 1
                }
            }
            var start = range.lowerBound
            for value in 0..<256 {
                if end[value] - start > 1 { self.sort(start..<end[value], from: byte + 1) }
                start = end[value]
            }
        }
    }

    private func insert(_ range: Range<Int>) {
        for index in range.dropFirst() {
            var place = index
            while place > range.lowerBound, memcmp(self.key(place - 1), self.key(place), self.length) > 0 {
                self.swap(place - 1, place)
                place -= 1
            }
        }
    }

    private func key(_ index: Int) -> UnsafeMutableRawPointer { self.keys + index * self.length }

    private func value(_ index: Int, _ byte: Int) -> Int {
        Int(self.key(index).load(fromByteOffset: byte, as: UInt8.self))
    }

    private func swap(_ one: Int, _ other: Int) {
        withUnsafeTemporaryAllocation(byteCount: RevokedSerials.serialBytes, alignment: 8) { spare in
            guard let spare = spare.baseAddress else { return }
            memcpy(spare, self.key(one), self.length)
            memcpy(self.key(one), self.key(other), self.length)
            memcpy(self.key(other), spare, self.length)
        }
    }
}
