import Foundation

/// How many tests run at once, first come, first served.
///
/// Without the bound that the task pool was, hundreds of tests would start their peers together.
actor Turnstile {
    static let places = 2 * ProcessInfo.processInfo.activeProcessorCount
    static let shared = Turnstile()

    private var free = Turnstile.places
    private var waiting: [(places: Int, admission: CheckedContinuation<Void, Never>)] = []

    func enter(_ places: Int) async {
        guard self.waiting.isEmpty, places <= self.free else {
            return await withCheckedContinuation { self.waiting.append((places, $0)) }
        }
        self.free -= places
    }

    func leave(_ places: Int) {
        self.free += places
        while let next = self.waiting.first, next.places <= self.free {
            self.waiting.removeFirst()
            self.free -= next.places
            next.admission.resume()
        }
    }
}
