"""A DAG whose tasks run on Airflow's own workers."""

from airflow.sdk import dag, task


@dag(schedule=None, tags=["example"])
def hello() -> None:
    """Count the letters of a name."""

    @task
    def greet(name: str) -> str:
        greeting = f"Hello, {name}!"
        print(greeting)
        return greeting

    @task
    def count(text: str) -> int:
        return len(text)

    count(greet("Ada"))


hello()
