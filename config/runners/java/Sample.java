import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Scanner;
import java.util.function.Function;
import java.util.stream.Collectors;

/** A bit of everything that interview code is made of, to warm the compiler up with. */
public class Sample {
    interface Shape {
        double area();
    }

    record Circle(double radius) implements Shape {
        @Override
        public double area() {
            return Math.PI * radius * radius;
        }
    }

    enum Kind { ROUND, SQUARE }

    static <T extends Comparable<T>> T largest(List<T> items) {
        return items.stream().max(Comparator.naturalOrder()).orElseThrow();
    }

    public static void main(String[] arguments) {
        var input = new Scanner(System.in);
        var numbers = new ArrayList<Integer>();
        while (input.hasNextInt()) {
            numbers.add(input.nextInt());
        }
        Map<Boolean, List<Integer>> parts = new HashMap<>();
        for (int number : numbers) {
            parts.computeIfAbsent(number % 2 == 0, even -> new ArrayList<>()).add(number);
        }
        var queue = new ArrayDeque<int[]>();
        queue.add(new int[] {1, 2});
        Function<Shape, String> format = shape -> String.format("%.2f", shape.area());
        String text = parts.entrySet().stream()
            .sorted(Map.Entry.comparingByKey())
            .map(entry -> entry.getKey() + "=" + entry.getValue())
            .collect(Collectors.joining(", "));
        String kind = switch (Kind.values()[0]) {
            case ROUND -> "round";
            case SQUARE -> "square";
        };
        try {
            System.out.println(text + format.apply(new Circle(queue.poll()[0])) + kind);
            System.out.println(largest(numbers));
        } catch (RuntimeException error) {
            System.err.println(error.getMessage());
        }
    }
}
